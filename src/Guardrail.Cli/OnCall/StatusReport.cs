using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>What <c>guardrail status</c> tells.</summary>
/// <param name="Rollouts">The newest rollout of each workload that is watched or ended lately, most urgent first.</param>
/// <param name="Policies">The policies of the cluster; null when it holds none or they could not be read.</param>
/// <param name="Now">When that was so.</param>
internal sealed record StatusReport(ImmutableArray<GuardedRollout> Rollouts, IReadOnlyList<PolicyResource>? Policies, DateTimeOffset Now)
{
    /// <summary>How long an ended rollout is told: 1 h.</summary>
    public static TimeSpan Lately { get; } = TimeSpan.FromHours(1);

    /// <summary>The report.</summary>
    public static StatusReport Of(IEnumerable<GuardedRollout> records, IReadOnlyList<PolicyResource>? policies, DateTimeOffset now) => new(
        [
            .. records.GroupBy(r => (r.Metadata.Namespace, r.Spec.Workload.Kind, r.Spec.Workload.Name))
                .Select(workload => RolloutName.NewestFirst(workload)[0])
                .Where(r => r.Status?.Outcome is null || r.Status.EndedAt > now - Lately)
                .OrderByDescending(RecordFacts.Urgency)
                .ThenByDescending(r => r.Status?.Evidence is { } e ? e.Nats / e.Threshold : 0)
                .ThenByDescending(RecordFacts.Began),
        ],
        policies,
        now);

    /// <summary>Policies that are not in force as they are written, and why.</summary>
    public IEnumerable<(string Name, string Message)> NotReady => (Policies ?? [])
        .Select(p => (p, Ready: PolicyStatus.Of(p).Conditions.FirstOrDefault(c => c.Type == RolloutConditions.Ready)))
        .Where(p => p.p.Problem is not null || p.Ready?.Status == "False")
        .Select(p => ($"{p.p.Namespace}/{p.p.Name}", p.Ready is { Status: "False" } told && told.ObservedGeneration == p.p.Generation
            ? told.Message
            : p.p.Problem ?? p.Ready!.Message));

    /// <summary>Policies that ask for more than Guardrail may do, and what it may.</summary>
    public IEnumerable<(string Name, string Message)> Limited => (Policies ?? [])
        .Select(p => (p.Namespace, p.Name, Limited: PolicyStatus.Of(p).Conditions.FirstOrDefault(c => c is { Type: RolloutConditions.Limited, Status: "True" })))
        .Where(p => p.Limited is not null)
        .Select(p => ($"{p.Namespace}/{p.Name}", p.Limited!.Message));

    /// <summary>How many workloads the policies guard, and how many of them could be rolled back.</summary>
    public (int Guarded, int Ready) Guarded => (Policies ?? []).Select(PolicyStatus.Of).Aggregate((0, 0), (sum, p) => (sum.Item1 + p.Guarded, sum.Item2 + p.RollbackReady));

    /// <summary>Guarded workloads that could not be rolled back now.</summary>
    public IEnumerable<UnreadyWorkload> Unready => (Policies ?? []).SelectMany(p => PolicyStatus.Of(p).Workloads);

    /// <summary>The report for programs.</summary>
    public JsonObject Data() => new()
    {
        ["rollouts"] = new JsonArray([.. Rollouts.Select(RecordFacts.Data)]),
        ["policies"] = Policies is null ? null : new JsonArray([.. Policies.Select(PolicyData)]),
    };

    private static JsonNode PolicyData(PolicyResource policy) => new JsonObject
    {
        ["namespace"] = policy.Namespace,
        ["name"] = policy.Name,
        ["problem"] = policy.Problem,
        ["status"] = JsonSerializer.SerializeToNode(PolicyStatus.Of(policy), RecordJson.Options),
    };
}
