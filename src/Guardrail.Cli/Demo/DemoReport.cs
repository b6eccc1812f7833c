using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Guardrail.Cli.Demo;

/// <summary>What came of the demo.</summary>
/// <param name="Rollouts">The rollouts, in order.</param>
/// <param name="Seed">Seed of the traffic.</param>
internal sealed record DemoReport(ImmutableArray<DemoRollout> Rollouts, ulong Seed)
{
    /// <summary>Whether the good release stayed and the bad one was taken back.</summary>
    [JsonIgnore]
    public bool WentAsItShould => Rollouts is [{ Verdict: "Healthy", Action: "None" }, { Verdict: "Regressed", Action: "RollBack" }];
}

/// <summary>What came of one rollout.</summary>
/// <param name="Workload">Namespace and name.</param>
/// <param name="FromRevision">Revision that served before.</param>
/// <param name="ToRevision">Revision that was rolled out.</param>
/// <param name="Verdict">What Guardrail believed in the end.</param>
/// <param name="Action">What it did in the end: None or RollBack.</param>
/// <param name="SecondsFromFirstBadRequest">From the first request that the release's fault spoiled to the rollback; null when none was spoiled.</param>
/// <param name="BadRequests">Requests that the release's own fault spoiled, by the simulator's truth.</param>
/// <param name="Requests">Requests that the new revision got.</param>
/// <param name="Reason">Guardrail's reason, in counts.</param>
internal sealed record DemoRollout(
    string Workload,
    string FromRevision,
    string ToRevision,
    string Verdict,
    string Action,
    double? SecondsFromFirstBadRequest,
    long BadRequests,
    long Requests,
    string Reason);
