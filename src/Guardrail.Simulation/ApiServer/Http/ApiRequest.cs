using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.ApiServer;

/// <summary>A request to a resource, read and identified.</summary>
internal sealed record ApiRequest(HttpContext Http, RequestPath Path, ResourceView View, ApiCall Call, Representation Wanted)
{
    /// <summary>Is told of the write before it is done; null when nobody is to be asked.</summary>
    public Action<StoredObject?, StoredObject?>? Admit { get; init; }

    public ResourceType Type => View.Type;

    public string? Namespace => Path.Namespace;

    public string Name => Path.Name ?? "";

    /// <summary>The value of a query parameter; null when it is not there.</summary>
    public string? Query(string key) => Http.Request.Query.TryGetValue(key, out var values) ? values.ToString() : null;

    public bool Flag(string key) => Query(key) is { } value && value is not ("false" or "0");

    public long? Number(string key)
    {
        var text = Query(key);
        return string.IsNullOrEmpty(text) ? null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    /// <summary>Whether nothing shall be stored.</summary>
    public bool DryRun(string optionsKind)
    {
        var value = Query("dryRun");
        if (value is not (null or "" or "All"))
        {
            throw OptionErrors.Invalid(optionsKind, FieldError.NotSupported("dryRun", $"[\"{value}\"]", ["All"]));
        }

        return value == "All";
    }

    /// <summary>Who writes, for managedFields: the parameter, else the first word of the User-Agent.</summary>
    public string Manager
    {
        get
        {
            var given = Query("fieldManager");
            if (!string.IsNullOrEmpty(given))
            {
                return given;
            }

            var agent = Call.UserAgent.Split('/', ' ')[0];
            return agent.Length == 0 ? "unknown" : agent;
        }
    }

    public ObjectSelector Selector()
    {
        var fields = FieldSelector.Parse(Query("fieldSelector"));
        SelectableFields.Check(fields, View);
        return new ObjectSelector(LabelSelector.Parse(Query("labelSelector")), fields);
    }
}
