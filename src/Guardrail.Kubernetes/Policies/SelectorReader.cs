using Guardrail.Engine.Policies;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Kubernetes.Policies;

/// <summary>Reads <c>spec.workloads.selector</c>, which is written as in Kubernetes.</summary>
internal static class SelectorReader
{
    public static LabelSelector Read(YamlPlace place)
    {
        var fields = new YamlFields(place, "matchLabels", "matchExpressions");
        var labels = fields["matchLabels"] is { } match ? Labels(match) : [];
        var expressions = fields["matchExpressions"]?.Items().Select(Expression) ?? [];
        return new LabelSelector { Requirements = [.. labels.Concat(expressions)] };
    }

    private static IEnumerable<LabelRequirement> Labels(YamlPlace place)
    {
        if (place.Node is not YamlMappingNode mapping)
        {
            throw place.Error("must be a mapping of labels to values, such as {tier: web}.");
        }

        foreach (var (key, value) in mapping.Children)
        {
            var name = new YamlPlace(place.File, place.Field, key).Name(NamePatterns.LabelKey(), "app.kubernetes.io/name");
            yield return new LabelRequirement(name, LabelOperator.In, [Value(new YamlPlace(place.File, $"{place.Field}.{name}", value))]);
        }
    }

    private static LabelRequirement Expression(YamlPlace place)
    {
        var fields = new YamlFields(place, "key", "operator", "values");
        var @operator = fields.Required("operator").Choice<LabelOperator>();
        string[] values = [.. fields["values"]?.Items().Select(Value) ?? []];
        if (@operator is LabelOperator.In or LabelOperator.NotIn != values.Length > 0)
        {
            throw place.Error(values.Length == 0 ? $"has the operator {@operator}, which needs values."
                : $"has the operator {@operator}, which takes no values.");
        }

        return new LabelRequirement(fields.Required("key").Name(NamePatterns.LabelKey(), "app.kubernetes.io/name"), @operator, [.. values]);
    }

    private static string Value(YamlPlace place) => place.Node is YamlScalarNode { Value: { } text } && NamePatterns.LabelValue()
        .IsMatch(text)
        ? text
        : throw place.Error("must be a label value: at most 63 letters, digits, '-', '_' or '.'.");
}
