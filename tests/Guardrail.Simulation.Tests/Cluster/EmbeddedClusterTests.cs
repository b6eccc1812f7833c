using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Tests.Pods;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Tests.Cluster;

public sealed class EmbeddedClusterTests
{
    private const string Ns = ShopPreset.Namespace;
    private static readonly HttpClient Http = new();
    private CancellationTokenSource limit = null!;

    [SetUp]
    public void SetLimit() => limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));

    [TearDown]
    public void EndLimit() => limit.Dispose();

    [Test]
    public async Task The_shop_starts_and_every_pod_tells_where_its_metrics_are()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Services = ShopPreset.Services }, limit.Token);
        foreach (var service in ShopPreset.Services)
        {
            await cluster.WaitForRolloutAsync(Ns, service.Name, limit.Token);
        }

        foreach (var pod in cluster.Store.List(ResourceTypes.Pods, Ns).Items)
        {
            var annotations = pod["metadata"]!["annotations"]!;
            var address = $"http://{pod["status"]!["podIP"]}:{annotations["prometheus.io/port"]}{annotations["prometheus.io/path"]}";
            var samples = ExpositionTests.Parse(await Http.GetStringAsync(new Uri(address), limit.Token));
            Assert.That(samples, Does.ContainKey("orders_total"));
        }

        var template = cluster.Store.Get(ResourceTypes.Deployments, Ns, "checkout")["spec"]!["template"]!;
        Assert.That(template["metadata"]!["annotations"], Is.Null);
    }

    [Test]
    public async Task A_scrape_agrees_with_the_counters_and_targets_lead_to_it()
    {
        await using var cluster = await StartCheckoutAsync();
        var targets = JsonNode.Parse(await Http.GetStringAsync(cluster.TargetsUri, limit.Token))!.AsArray();
        Assert.That(targets, Has.Count.EqualTo(4));
        foreach (var target in targets)
        {
            var labels = target!["labels"]!;
            Assert.That((string?)labels["namespace"], Is.EqualTo(Ns));
            var pod = (string)labels["pod"]!;
            var uri = new Uri($"http://{target["targets"]![0]}{labels["__metrics_path__"]}");
            var before = cluster.Service(Ns, "checkout").Read(pod, c => c.TotalRequests);
            var samples = ExpositionTests.Parse(await Http.GetStringAsync(uri, limit.Token));
            var after = cluster.Service(Ns, "checkout").Read(pod, c => c.TotalRequests);
            var scraped = samples.Where(s => s.Key.StartsWith("http_requests_total", StringComparison.Ordinal)).Sum(s => s.Value);
            Assert.That(scraped, Is.GreaterThanOrEqualTo(before).And.EqualTo(after));
        }
    }

    [Test]
    public async Task A_scrape_is_zipped_and_in_OpenMetrics_when_asked()
    {
        await using var cluster = await StartCheckoutAsync();
        var target = JsonNode.Parse(await Http.GetStringAsync(cluster.TargetsUri, limit.Token))![0]!;
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"http://{target["targets"]![0]}{target["labels"]!["__metrics_path__"]}"));
        request.Headers.Add("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        request.Headers.Add("Accept-Encoding", "gzip");
        using var response = await Http.SendAsync(request, limit.Token);
        Assert.That(response.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "gzip" }));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/openmetrics-text"));
        await using var zipped = new GZipStream(await response.Content.ReadAsStreamAsync(limit.Token), CompressionMode.Decompress);
        using var reader = new StreamReader(zipped, Encoding.UTF8);
        Assert.That(await reader.ReadToEndAsync(limit.Token), Does.EndWith("# EOF\n"));
    }

    [Test]
    public async Task A_bad_revision_is_told_apart_from_the_good_one_and_undo_ends_it()
    {
        await using var cluster = await StartCheckoutAsync();
        cluster.Deploy(Ns, "checkout", "shop/checkout:v2", RevisionBehaviour.Of(new Fault.ErrorRate(0.5)));
        await cluster.WaitForRolloutAsync(Ns, "checkout", limit.Token);
        await UntilAsync(() => cluster.TruthOf(Ns, "checkout", "shop/checkout:v2")!.BadRequests > 20);
        cluster.Deploy(Ns, "checkout", "shop/checkout:v1");
        await cluster.WaitForRolloutAsync(Ns, "checkout", limit.Token);
        var bad = cluster.TruthOf(Ns, "checkout", "shop/checkout:v2")!;
        var good = cluster.TruthOf(Ns, "checkout", "shop/checkout:v1")!;
        Assert.That(bad.BadRequests, Is.GreaterThan(bad.Requests / 4).And.LessThan(bad.Requests * 3 / 4));
        Assert.That(bad.FirstBadAt, Is.GreaterThanOrEqualTo(bad.FirstPodAt));
        Assert.That(good.BadRequests, Is.Zero);
        Assert.That(good.ReadyPods, Is.EqualTo(4));
        Assert.That((string?)cluster.Store.Get(ResourceTypes.Deployments, Ns, "checkout")["metadata"]!["annotations"]!
            ["deployment.kubernetes.io/revision"], Is.EqualTo("3"));
    }

    [Test]
    public async Task A_crashed_pod_loses_its_counters_and_comes_back()
    {
        await using var cluster = await StartCheckoutAsync();
        var pod = (string)cluster.Store.List(ResourceTypes.Pods, Ns).Items[0]["metadata"]!["name"]!;
        await UntilAsync(() => cluster.Truth(Ns, "checkout").Count > 0 && cluster.Service(Ns, "checkout").Read(pod, c => c.TotalRequests) > 50);
        Assert.That(await cluster.CrashPodAsync(Ns, pod), Is.True);
        await cluster.WaitUntilAsync(() => Restarts(cluster, pod) == 1, limit.Token);
        Assert.That(cluster.Service(Ns, "checkout").Read(pod, c => c.TotalRequests), Is.LessThan(50));
        Assert.That(cluster.Completion.IsFaulted, Is.False);
    }

    [Test]
    [Category("Slow")]
    public async Task A_thousand_Deployments_of_three_pods_come_up()
    {
        var services = Enumerable.Range(0, 1000).Select(i => new ServiceOptions
        {
            Namespace = "load",
            Name = $"service-{i}",
            RequestsPerSecond = 1,
        });
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        var cpu = Cpu();
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { Services = [.. services], WritesEvents = false }, limit.Token);
        await UntilAsync(
            () => cluster.Store.List(ResourceTypes.Deployments, "load").Items.All(d => (int?)d["status"]?["availableReplicas"] == 3),
            TimeSpan.FromMilliseconds(500));
        var started = Cpu() - cpu;
        var version = cluster.Store.Version;
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, limit.Token);
        await TestContext.Out.WriteLineAsync($"{started.TotalSeconds:F1} s of CPU to start, {(Cpu() - cpu - started).TotalSeconds:F2} s in 2 s idle");
        Assert.That(cluster.Store.Version, Is.LessThan(version + 1000), "an idle cluster is quiet");
        Assert.That(cluster.Completion.IsFaulted, Is.False);
        Assert.That(cluster.Store.List(ResourceTypes.Pods, "load").Items, Has.Count.EqualTo(3000));
    }

    private static TimeSpan Cpu()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static int Restarts(EmbeddedCluster cluster, string pod) =>
        (int?)cluster.Store.Get(ResourceTypes.Pods, Ns, pod)["status"]!["containerStatuses"]![0]!["restartCount"] ?? 0;

    private async Task<EmbeddedCluster> StartCheckoutAsync()
    {
        var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                Services = [new ServiceOptions { Namespace = Ns, Name = "checkout", Replicas = 4, RequestsPerSecond = 400 }],
            },
            limit.Token);
        await cluster.WaitForRolloutAsync(Ns, "checkout", limit.Token);
        return cluster;
    }

    /// <summary>Waits for something that only the passing of time brings about, at most as long as the test may take.</summary>
    private async Task UntilAsync(Func<bool> condition, TimeSpan? interval = null)
    {
        while (!condition())
        {
            await Task.Delay(interval ?? TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
