using System.Collections.Immutable;
using Guardrail.Cli.OnCall;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Cli.Policies;

/// <summary>What policies would guard in a cluster as it is now.</summary>
/// <param name="Server">Address of the API server.</param>
/// <param name="Workloads">Each workload with the policy that would guard it: the first that selects it.</param>
internal sealed record ClusterLook(Uri Server, ImmutableArray<GuardedNow> Workloads)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The most that Guardrail may do in each namespace, where a daemon has told it.</summary>
    public ImmutableDictionary<string, Autonomy> Ceilings { get; init; } = ImmutableDictionary<string, Autonomy>.Empty;

    /// <summary>Looks, as the daemon does at its start.</summary>
    /// <exception cref="ConfigurationException">The cluster could not be looked at.</exception>
    public static async Task<ClusterLook> TakeAsync(Reach reach, IReadOnlyCollection<GuardPolicy> policies, CancellationToken cancellationToken)
    {
        await reach.Connection.ProbeAsync(reach.Time, cancellationToken);
        var feed = new KubernetesWorkloadFeed(
            reach.Connection.Api, policies, new FeedOptions { Watch = new WatchOptions { TimeProvider = reach.Time, RequestLimit = Limit } });
        using var limit = new CancellationTokenSource(Limit, reach.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await foreach (var change in feed.WatchAsync(both.Token))
            {
                switch (change)
                {
                    case WorkloadChange.Snapshot snapshot:
                        return Of(reach.Connection.Server, snapshot.Workloads, policies, reach.Time.GetUtcNow()) with
                        {
                            Ceilings = await PolicyCeilings.ReadAsync(reach.Policies, policies.Select(p => p.Namespace), cancellationToken),
                        };
                    case WorkloadChange.Unreachable unreachable:
                        throw new ConfigurationException($"{reach.Connection.Server}: {unreachable.Reason}");
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Falls through to the sentence below.
        }

        throw new ConfigurationException($"{reach.Connection.Server} did not tell its workloads within {Limit.TotalSeconds:0} s.");
    }

    private static ClusterLook Of(Uri server, ImmutableArray<WorkloadView> views, IReadOnlyCollection<GuardPolicy> policies, DateTimeOffset now) => new(
        server,
        [
            .. views.Select(view => (view, Policy: policies.FirstOrDefault(p => p.Guards(view.Id, view.Labels))))
                .Where(w => w.Policy is not null)
                .Select(w => GuardedNow.Of(w.view, w.Policy!, now))
                .OrderBy(w => w.View.Id.ToString(), StringComparer.Ordinal),
        ]);
}

/// <summary>A workload that a policy would guard.</summary>
/// <param name="View">The workload.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Readiness">Whether it could be rolled back today.</param>
internal sealed record GuardedNow(WorkloadView View, GuardPolicy Policy, RollbackReadiness Readiness)
{
    /// <summary>Looks at it as the daemon does when it sees it first.</summary>
    public static GuardedNow Of(WorkloadView view, GuardPolicy policy, DateTimeOffset now)
    {
        var guarded = new GuardedWorkload(policy, view);
        _ = guarded.Observe(view, now);
        return new(view, policy, guarded.RollbackReadiness);
    }

    /// <summary>Whether its rollouts would be paced.</summary>
    public bool IsPaced => Policy.Pacing.Enabled && View is { RollsGradually: true, CanBeHeld: true };

    /// <summary>Why not, or at which shares.</summary>
    public string Pacing => (Policy.Pacing.Enabled, View) switch
    {
        (false, _) => "no, the policy paces nothing",
        (_, { RollsGradually: false }) => "no, its strategy does not let both revisions serve side by side",
        (_, { CanBeHeld: false }) => $"no, a {View.Id.Kind} has no pause",
        _ => $"at {string.Join(", ", Policy.Pacing.StepPercents.Select(p => $"{p} %"))}",
    };
}
