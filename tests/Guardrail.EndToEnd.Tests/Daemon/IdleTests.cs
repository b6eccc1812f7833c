using System.Text.Json.Nodes;
using Guardrail.Daemon.Hosting;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>What the daemon costs the cluster and the metrics system while nothing happens.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[NonParallelizable]
[CancelAfter(240_000)]
internal sealed class IdleTests
{
    private const int Deployments = 1_000;
    private const int Ticks = 10;

    [Test]
    public async Task A_thousand_idle_Deployments_cost_open_watches_and_one_query_per_signal_and_tick(CancellationToken cancellationToken)
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { WritesEvents = false }, cancellationToken);
        cluster.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "fleet" } });
        var (available, all) = (new HashSet<string>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var watching = cluster.Store.Subscribe(change =>
        {
            if (change.Type == ResourceTypes.Deployments && (int?)change.Item["status"]?["availableReplicas"] == 1
                && available.Add(change.Name) && available.Count == Deployments)
            {
                all.TrySetResult();
            }
        });
        for (var i = 0; i < Deployments; i++)
        {
            cluster.Store.Create(ResourceTypes.Deployments, "fleet", Deployment($"service-{i}"));
        }

        await all.Task.WaitAsync(cancellationToken);
        var pods = cluster.Store.List(ResourceTypes.Pods, "fleet").Items.Select(p => ("fleet", (string)p["metadata"]!["name"]!)).ToArray();
        await using var prometheus = await CountingPrometheus.StartAsync(() => pods);
        var folder = Directory.CreateTempSubdirectory("guardrail-idle-");
        try
        {
            cluster.WriteKubeconfig(Path.Combine(folder.FullName, "kubeconfig"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "policy.yaml"), PolicyText.For("fleet"), cancellationToken);
            await using var daemon = await GuardedDaemon.StartAsync(
                new DaemonOptions
                {
                    PolicyPaths = [Path.Combine(folder.FullName, "policy.yaml")],
                    PrometheusUrl = prometheus.Address.ToString(),
                    Kubeconfig = Path.Combine(folder.FullName, "kubeconfig"),
                    Listen = "127.0.0.1:0",
                    Backfill = TimeSpan.Zero,
                },
                cancellationToken);
            await daemon.Decisions.UntilToldAsync(5, cancellationToken);
            Assert.That((await daemon.GetAsync("metrics", cancellationToken)).Text, Does.Contain($"guardrail_workloads {Deployments}"));

            var (requests, queries, ticks) = (cluster.Api.Counters.All, prometheus.Queries, daemon.Decisions.Reports.Length);
            await daemon.Decisions.UntilAsync(() => daemon.Decisions.Reports.Length >= ticks + Ticks, $"{Ticks} ticks", cancellationToken);
            var (requestsAfter, queriesAfter, ticksAfter) = (cluster.Api.Counters.All, prometheus.Queries, daemon.Decisions.Reports.Length);

            Assert.That(requestsAfter, Is.EquivalentTo(requests), "no list, get or write reached the API server, and no new watch");
            Assert.That(cluster.Api.Counters.OpenWatches, Is.EqualTo(3), "Deployments, ReplicaSets and pods");
            Assert.That(queriesAfter.Keys, Is.EquivalentTo(queries.Keys), "nothing else was asked");
            var asked = queriesAfter.ToDictionary(q => q.Key, q => q.Value - queries[q.Key]);
            // A tick's query may be under way at either end.
            Assert.That(asked["/api/v1/query:errors"], Is.InRange(ticksAfter - ticks - 1, ticksAfter - ticks + 1));
            Assert.That(asked["/api/v1/query:latency"], Is.InRange(ticksAfter - ticks - 1, ticksAfter - ticks + 1));
            Assert.That(asked.Values.Sum(), Is.InRange(2 * (Ticks - 1), 2 * (ticksAfter - ticks + 1)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JsonObject Deployment(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = "checkout" } },
        ["spec"] = new JsonObject
        {
            ["replicas"] = 1,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "fleet/app:1" }) },
            },
        },
    };
}
