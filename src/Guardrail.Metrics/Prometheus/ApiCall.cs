namespace Guardrail.Metrics.Prometheus;

/// <summary>One call of the API: a path below the base address and the form posted to it; without a form it is a GET.</summary>
internal sealed record ApiCall(string Path, IReadOnlyList<KeyValuePair<string, string>> Form)
{
    /// <summary>
    /// Evaluates an expression now, on the server's clock: no time is sent, so that our clock has no say in what is "latest".
    /// </summary>
    public static ApiCall Instant(string expression, TimeSpan timeout) => new("api/v1/query", Common(expression, timeout));

    /// <summary>Evaluates an expression at each of several moments.</summary>
    public static ApiCall Range(string expression, DateTimeOffset start, DateTimeOffset end, TimeSpan step, TimeSpan timeout) =>
        new(
            "api/v1/query_range",
            [
                .. Common(expression, timeout),
                new("start", UnixTime.Format(start)),
                new("end", UnixTime.Format(end)),
                new("step", UnixTime.Format(step)),
            ]);

    /// <summary>
    /// Thanos reads the last two; others ignore them. A partial answer must be a fault, and replicas must not count twice.
    /// </summary>
    private static KeyValuePair<string, string>[] Common(string expression, TimeSpan timeout) =>
    [
        new("query", expression),
        new("timeout", FormattableString.Invariant($"{Math.Max(1, (long)timeout.TotalMilliseconds)}ms")),
        new("partial_response", "false"),
        new("dedup", "true"),
    ];
}
