using System.Text.Json.Nodes;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Tests.Load;
using Guardrail.Daemon.Tests.Status;
using Guardrail.Engine.Guarding;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

internal sealed class JournalCheckpointTests
{
    private const string Namespace = "load";

    [Test]
    public async Task A_process_that_ends_while_it_reads_history_again_does_not_set_its_checkpoint_back()
    {
        var scene = new StatusScene("checkout");
        await using var server = await EmbeddedApiServer.StartAsync(new ObjectStore(scene.Time, new Random(1), historyLimit: 50));
        server.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } });
        await LoadBench.InstallAsync(server);
        using var connection = KubernetesConnection.Create(new KubernetesClientConfiguration { Host = server.Address.ToString() }, "the test");
        var store = new RecordStore(connection.Api, scene.Time);

        using (var first = Journal(store, scene.Time))
        {
            scene.Journal = first;
            await scene.TickAsync(5);
            scene.Deploy("checkout", "v1", 0.002);
            await scene.TickAsync(4);
            first.Observed(scene.Fleet, scene.Time.GetUtcNow());
            await first.FlushAsync();
        }

        var taken = (await CheckpointAsync(store)).At;
        using var second = Journal(store, scene.Time);
        var loaded = await second.LoadAsync(new HashSet<string> { Namespace }, CancellationToken.None);
        var fleet = new Fleet([StatusScene.Policy]);
        Assert.That(fleet.Restore(loaded.Open[0].Snapshot!, loaded.Open[0].At), Is.True);
        for (var i = 0; i < 2; i++)
        {
            // History from before the checkpoint comes first.
            scene.Time.Advance(RolloutJournal.Rhythm);
            second.Observed(fleet, taken - TimeSpan.FromMinutes(2 - i));
        }

        await second.FlushAsync();

        Assert.That((await CheckpointAsync(store)).At, Is.EqualTo(taken), "what is in the state must be passed over, should it be restored again");
    }

    private static RolloutJournal Journal(RecordStore store, FakeTimeProvider time) => new(
        store, new RecordPruner(store, NullLogger<RecordPruner>.Instance), new Readiness(time), time, "test", NullLogger<RolloutJournal>.Instance);

    private static async Task<Checkpoint> CheckpointAsync(RecordStore store) =>
        (await store.ListAllAsync(Namespace, CancellationToken.None))[0].Status!.Checkpoint!;
}
