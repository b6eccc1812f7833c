namespace Guardrail.Engine.Policies;

/// <summary>Names a signal within a policy, such as <c>errors</c> or <c>latency</c>.</summary>
/// <param name="Name">Lower-case name; never empty.</param>
public readonly record struct SignalId(string Name)
{
    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

/// <summary>What is measured and where it is found. Closed: error rates, latency histograms, business events.</summary>
public abstract record SignalDefinition
{
    private SignalDefinition()
    {
    }

    /// <summary>Name within the policy.</summary>
    public required SignalId Id { get; init; }

    /// <summary>
    /// Share of the false-rollback budget that the signal spends, above 0; the weights of a policy's signals are
    /// renormalised to 1 before a rollout starts. Defaults: errors 0.35, latency 0.25 (detection.md section 2).
    /// </summary>
    public required double Weight { get; init; }

    /// <summary>Label that names the pod. Default <c>pod</c>.</summary>
    public string PodLabel { get; init; } = "pod";

    /// <summary>Label that names the pod's namespace. Default <c>namespace</c>.</summary>
    public string NamespaceLabel { get; init; } = "namespace";

    /// <summary>Labels that split the requests into strata (route, method) compared each with itself. Default: none.</summary>
    public EquatableList<string> StratumLabels { get; init; } = [];

    /// <summary>Requests and, among them, errors, told apart by a label of one counter.</summary>
    public sealed record ErrorRate : SignalDefinition
    {
        /// <summary>Name of the request counter, such as <c>http_requests_total</c>.</summary>
        public required string Metric { get; init; }

        /// <summary>Labels looked at in turn for the outcome of a request; the first that a series carries counts.</summary>
        public required EquatableList<string> OutcomeLabels { get; init; }

        /// <summary>Regular expression, anchored at both ends, of the outcomes that are errors. Default <c>5..</c>.</summary>
        public string ErrorPattern { get; init; } = "5..";
    }

    /// <summary>Latency of requests, from a classic histogram in seconds.</summary>
    public sealed record Latency : SignalDefinition
    {
        /// <summary>Name of the histogram without suffix, such as <c>http_request_duration_seconds</c>.</summary>
        public required string Metric { get; init; }
    }

    /// <summary>
    /// Something good that requests lead to (orders, sign-ins), per request: judged by whether the new revision has fewer. Healthy is down to
    /// four fifths of the old one's rate.
    /// </summary>
    public sealed record Business : SignalDefinition
    {
        /// <summary>Name of the counter of the good events, such as <c>orders_total</c>.</summary>
        public required string Metric { get; init; }

        /// <summary>Name of the counter of the requests they come from, such as <c>http_requests_total</c>.</summary>
        public required string Requests { get; init; }
    }
}
