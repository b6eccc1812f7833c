using System.Collections.Immutable;
using System.Threading.Channels;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;

namespace Guardrail.Daemon.Guarding;

/// <summary>Makes the feed of the workloads that some policies select.</summary>
internal delegate IWorkloadFeed WorkloadFeedFactory(ImmutableArray<GuardPolicy> policies);

/// <summary>Follows the guarded workloads, and others from the moment that the policies select others.</summary>
internal sealed class WorkloadPump(WorkloadFeedFactory feeds, ImmutableArray<GuardPolicy> initial)
{
    private readonly Lock gate = new();
    private ImmutableArray<GuardPolicy> policies = initial;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Selects by other policies from now on. The feed begins anew only when they select otherwise.</summary>
    public void Use(ImmutableArray<GuardPolicy> next)
    {
        lock (gate)
        {
            var same = policies.Select(Selection).SequenceEqual(next.Select(Selection));
            policies = next;
            if (!same)
            {
                changed.TrySetResult();
                changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Follows until cancelled; every message arrives in <paramref name="into"/>.</summary>
    public async Task RunAsync(ChannelWriter<GuardMessage> into, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (now, change) = Current();
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var following = FollowAsync(now, into, ending.Token);
            var first = await Task.WhenAny(following, change.WaitAsync(cancellationToken)).ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (first == following)
            {
                // A feed ends by a mistake in this program alone.
                await following.ConfigureAwait(false);
                return;
            }
        }
    }

    private async Task FollowAsync(ImmutableArray<GuardPolicy> by, ChannelWriter<GuardMessage> into, CancellationToken cancellationToken)
    {
        if (by.IsEmpty)
        {
            await into.WriteAsync(new GuardMessage.Workload(new WorkloadChange.Snapshot([])), cancellationToken).ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        await foreach (var change in feeds(by).WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            await into.WriteAsync(new GuardMessage.Workload(change), cancellationToken).ConfigureAwait(false);
        }
    }

    private (ImmutableArray<GuardPolicy> Policies, Task Changed) Current()
    {
        lock (gate)
        {
            return (policies, changed.Task);
        }
    }

    private static (string, EquatableList<Engine.Workloads.WorkloadKind>, LabelSelector) Selection(GuardPolicy policy) =>
        (policy.Namespace, policy.Kinds, policy.Selector);
}
