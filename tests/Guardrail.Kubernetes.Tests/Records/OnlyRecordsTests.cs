using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>A store that is limited to one workload leaves the records of others alone.</summary>
[CancelAfter(20_000)]
internal sealed class OnlyRecordsTests
{
    [Test]
    public async Task Records_of_other_workloads_are_neither_listed_nor_watched(CancellationToken cancellationToken)
    {
        await using var server = await ResourceServer.StartAsync();
        var all = new RecordStore(server.Api, TimeProvider.System);
        var own = new RecordStore(server.Api, TimeProvider.System) { Only = Sample.Checkout };
        var other = new RecordStore(server.Api, TimeProvider.System) { Only = Sample.Checkout with { Kind = WorkloadKind.StatefulSet } };
        using var file = Sample.File(all, TimeProvider.System);
        file.Edit(Sample.Intend(Sample.RollBack()));
        await file.WriteAsync(cancellationToken);

        Assert.That(await own.ListOpenAsync("shop", cancellationToken), Has.Length.EqualTo(1));
        Assert.That(await other.ListOpenAsync("shop", cancellationToken), Is.Empty);
        Assert.That(await SnapshotAsync(own, cancellationToken), Is.EqualTo(1));
        Assert.That(await SnapshotAsync(other, cancellationToken), Is.Zero);
    }

    private static async Task<int> SnapshotAsync(RecordStore store, CancellationToken cancellationToken)
    {
        await foreach (var change in store.Watch("shop").WatchAsync(cancellationToken))
        {
            return ((ResourceChange<GuardedRollout>.Snapshot)change).Items.Length;
        }

        throw new InvalidOperationException("The watch ended.");
    }
}
