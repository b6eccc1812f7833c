using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Decides whether an object belongs to a list or watch.</summary>
public sealed class ObjectSelector
{
    private readonly LabelSelector labels;
    private readonly FieldSelector fields;

    /// <summary>A selector of labels and fields.</summary>
    public ObjectSelector(LabelSelector labels, FieldSelector fields)
    {
        this.labels = labels;
        this.fields = fields;
    }

    /// <summary>Selects everything.</summary>
    public static ObjectSelector Everything { get; } = new(LabelSelector.Everything, FieldSelector.Everything);

    /// <summary>Whether nothing is left out.</summary>
    public bool IsEverything => labels.IsEverything && fields.IsEverything;

    /// <summary>Selects by labels, in the syntax of kubectl (<c>app=web,tier in (a,b),!old</c>).</summary>
    /// <exception cref="ApiException">400 when the text is malformed.</exception>
    public static ObjectSelector ByLabels(string selector) => new(LabelSelector.Parse(selector), FieldSelector.Everything);

    /// <summary>Whether the object is selected.</summary>
    public bool Matches(JsonObject item) => labels.Matches(item["metadata"]?["labels"] as JsonObject) && fields.Matches(item);
}
