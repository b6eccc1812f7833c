using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Rehearsal;
using Guardrail.Testing.Cluster;

namespace Guardrail.Simulation.Tests.Scenarios.Rehearsal;

[CancelAfter(60_000)]
public sealed class DrillWriterTests
{
    [Test]
    public async Task What_is_gone_is_left_alone_a_conflict_is_tried_again_and_the_order_is_kept(CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new(), ["run"], cancellationToken);
        var writer = new DrillWriter(new ObjectClient(stage.Connection.Api, DrillStage.Space, TimeProvider.System), TimeProvider.System);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = writer.RunAsync(end.Token);
        var asked = 0;

        writer.Change(ObjectClient.ConfigMaps, "gone", "tests", _ => asked++);
        writer.Merge(ObjectClient.ConfigMaps, "gone", "tests", new JsonObject { ["data"] = new JsonObject { ["a"] = "1" } });
        writer.Delete(ObjectClient.ConfigMaps, "gone");
        writer.Create(ObjectClient.ConfigMaps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "there" } }, "tests");
        writer.Change(ObjectClient.ConfigMaps, "there", "tests", item =>
        {
            if (asked++ == 0)
            {
                stage.Cluster.Store.Modify(ResourceTypes.ConfigMaps, DrillStage.Space, "there", other =>
                {
                    other["data"] = new JsonObject { ["by"] = "another" };
                    return true;
                });
            }

            item["data"] ??= new JsonObject();
            item["data"]!["a"] = "2";
        });
        await writer.FlushAsync(cancellationToken);

        Assert.That(asked, Is.EqualTo(2), "the second time over what the other wrote");
        Assert.That(
            stage.Cluster.Store.Get(ResourceTypes.ConfigMaps, DrillStage.Space, "there")["data"]!.ToJsonString(System.Text.Json.JsonSerializerOptions.Default),
            Is.EqualTo("""{"by":"another","a":"2"}"""));
        Assert.That(running.IsCompleted, Is.False);
        await end.CancelAsync();
        await Assert.ThatAsync(() => running, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_the_server_refuses_ends_the_drill_with_its_words(CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new(), ["run"], cancellationToken);
        var writer = new DrillWriter(new ObjectClient(stage.Connection.Api, DrillStage.Space, TimeProvider.System), TimeProvider.System);
        writer.Create(ObjectClient.ConfigMaps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "No Name" } }, "tests");

        await Assert.ThatAsync(
            () => writer.RunAsync(cancellationToken),
            Throws.TypeOf<RehearsalException>().With.Message.StartsWith("The drill could not be written to the cluster. The API server answered 422: "));
    }
}
