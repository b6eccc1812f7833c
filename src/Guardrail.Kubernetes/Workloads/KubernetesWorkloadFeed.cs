using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>
/// What a Kubernetes cluster says of the guarded workloads, by list and watch. Sends a workload again only when its view differs, and
/// gathers bursts. While a watch is down, the workloads of its namespace stand as they were told last; those of other namespaces are still
/// told, each time followed by Unreachable.
/// </summary>
/// <param name="api">The connection.</param>
/// <param name="policies">Which workloads are guarded.</param>
/// <param name="options">How to watch.</param>
public sealed class KubernetesWorkloadFeed(ApiClient api, IReadOnlyCollection<GuardPolicy> policies, FeedOptions options) : IWorkloadFeed
{
    // Watches wait when the reader lags; a burst beyond it is gathered by the server's own buffers.
    private const int Backlog = 4096;

    /// <inheritdoc/>
    public async IAsyncEnumerable<WorkloadChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var plans = options.Only is { } own ? WatchPlan.For(own) : WatchPlan.For(policies, options.ClusterWideFrom);
        var rights = WatchPlan.Rights(plans);
        var messages = Channel.CreateBounded<(ResourcePath Source, ResourceChange<ClusterObject> Change)>(
            new BoundedChannelOptions(Backlog) { SingleReader = true });
        var state = new FeedState(new WorkloadIndex(Guards), [.. plans.Select(plan => plan.Path)]);
        var watches = plans.Select((plan, number) => FollowAsync(
            plan, options.Watch with { Seed = options.Watch.Seed + number, Rights = rights }, messages.Writer, ending.Token)).ToArray();
        try
        {
            while (await messages.Reader.WaitToReadAsync(cancellationToken))
            {
                await Task.Delay(options.Gathering, options.Watch.TimeProvider, cancellationToken);
                for (var count = 0; count < Backlog && messages.Reader.TryRead(out var message); count++)
                {
                    state.Apply(message.Source, message.Change);
                }

                foreach (var change in state.Take())
                {
                    yield return change;
                }
            }
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(
        WatchPlan plan,
        WatchOptions watchOptions,
        ChannelWriter<(ResourcePath Source, ResourceChange<ClusterObject> Change)> writer,
        CancellationToken cancellationToken)
    {
        try
        {
            var watch = new ResourceWatch<ClusterObject>(api, plan.Path, plan.Reader, watchOptions);
            await foreach (var change in watch.WatchAsync(cancellationToken))
            {
                await writer.WriteAsync((plan.Path, change), cancellationToken);
            }
        }
        catch (Exception fault)
        {
            // A mistake in this program ends the whole feed, and with it the process, rather than one watch in silence.
            writer.TryComplete(fault);
        }
    }

    private bool Guards(WorkloadId workload, IReadOnlyDictionary<string, string> labels) =>
        (options.Only is not { } own || own.Id == workload) && policies.Any(policy => policy.Guards(workload, labels));
}
