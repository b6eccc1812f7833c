using System.Globalization;

namespace Guardrail.Metrics.Tests.Prometheus;

/// <summary>Answers as Prometheus writes them.</summary>
internal static class PromJson
{
    public const double Now = 1772712000;

    public static string Vector(params string[] rows) =>
        $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', rows)}}}]}}""";

    /// <summary>A counter.</summary>
    /// <param name="labels">Such as <c>pod=a,code=200</c>; the namespace is added.</param>
    /// <param name="value">Value as text.</param>
    /// <param name="now">Time of evaluation.</param>
    public static string Value(string labels, string value, double now = Now) =>
        Row("guardrail_part=value,namespace=shop," + labels, value, now);

    public static string At(string pod, double at, double now = Now) =>
        Row($"guardrail_part=at,namespace=shop,pod={pod}", at.ToString("0.###", CultureInfo.InvariantCulture), now);

    /// <summary>Counters of both metrics of a business signal at one address, with the times of their scrapes.</summary>
    public static string[] Orders(string pod, string requests, string? orders, double at, double? ordersAt = null, string instance = "i")
    {
        var labels = $"namespace=shop,pod={pod},instance={instance}";
        var own = (string[])[
            Row($"guardrail_part=value,{labels},job=pods", requests),
            Row($"guardrail_part=at,{labels}", at.ToString("0.###", CultureInfo.InvariantCulture))];
        return orders is null ? own : [
            .. own,
            Row($"guardrail_part=companion,{labels},job=pods", orders),
            Row($"guardrail_part=companion_at,{labels}", (ordersAt ?? at).ToString("0.###", CultureInfo.InvariantCulture))];
    }

    public static string Row(string labels, string value, double now = Now)
    {
        var members = labels.Split(',').Select(static label => label.Split('=', 2)).Select(static l => $"\"{l[0]}\":\"{l[1]}\"");
        return FormattableString.Invariant($$"""{"metric":{{{string.Join(',', members)}}},"value":[{{now:0.###}},"{{value}}"]}""");
    }

    /// <summary>One pod with 90 successes and 10 errors.</summary>
    public static string Healthy { get; } = Vector(
        Value("pod=a,instance=10.0.0.1:80,job=pods,code=200", "90"), Value("pod=a,instance=10.0.0.1:80,job=pods,code=503", "10"),
            At("a", Now - 3.5));
}
