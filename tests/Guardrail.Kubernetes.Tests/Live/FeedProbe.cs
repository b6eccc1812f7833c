using System.Threading.Channels;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Tests.Live;

/// <summary>Runs a feed and waits for what it tells.</summary>
internal sealed class FeedProbe : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource ending = new();
    private readonly Channel<WorkloadChange> told = Channel.CreateUnbounded<WorkloadChange>();
    private readonly Task run;

    public FeedProbe(IWorkloadFeed feed) => run = Task.Run(async () =>
    {
        try
        {
            await foreach (var change in feed.WatchAsync(ending.Token))
            {
                told.Writer.TryWrite(change);
            }
        }
        catch (Exception fault)
        {
            told.Writer.TryComplete(fault);
        }
    });

    public List<WorkloadChange> Seen { get; } = [];

    /// <summary>The next message that fits; everything before it is kept in <see cref="Seen"/>.</summary>
    public async Task<WorkloadChange> UntilAsync(Predicate<WorkloadChange> fits)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var change = await told.Reader.ReadAsync(limit.Token);
                Seen.Add(change);
                if (fits(change))
                {
                    return change;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("The feed did not tell it; last was " + Seen.LastOrDefault());
        }
    }

    /// <summary>The next view that fits.</summary>
    public async Task<WorkloadView> ViewAsync(Predicate<WorkloadView> fits)
    {
        WorkloadView? found = null;
        await UntilAsync(change =>
        {
            found = change switch
            {
                WorkloadChange.Changed changed when fits(changed.Workload) => changed.Workload,
                WorkloadChange.Snapshot snapshot => snapshot.Workloads.FirstOrDefault(view => fits(view)),
                _ => null,
            };
            return found is not null;
        });
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await run;
        ending.Dispose();
    }
}
