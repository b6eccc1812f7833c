using System.Text.Json;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Acting;

/// <summary>Writes a workload's spec.selector as the labelSelector parameter of a list.</summary>
internal static class SelectorQuery
{
    public static string Of(JsonElement selector)
    {
        var labels = selector.Members("matchLabels").Select(label => $"{label.Name}={label.Value.GetString()}");
        var expressions = selector.Items("matchExpressions").Select(expression =>
        {
            var key = expression.Text("key");
            var values = string.Join(',', expression.Items("values").Select(value => value.GetString()));
            return expression.Text("operator") switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "DoesNotExist" => "!" + key,
                _ => key,
            };
        });
        return string.Join(',', labels.Concat(expressions));
    }
}
