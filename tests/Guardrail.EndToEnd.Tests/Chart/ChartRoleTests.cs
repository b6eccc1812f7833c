using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Rollouts;
using Guardrail.Testing.Programs;
using Guardrail.Testing.Prometheus;

namespace Guardrail.EndToEnd.Tests.Chart;

/// <summary>The daemon as the chart starts it goes through a whole rollback with the rights that the chart gives it.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[Category("Helm")]
[Category("Prometheus")]
[CancelAfter(150_000)]
internal sealed class ChartRoleTests
{
    private const string Common = "scrape.enabled=true,autonomyCeiling=Enforce,workloadKinds={Deployment},log.format=text,prometheusRule.enabled=true,dashboard.enabled=true,"
        + "leaderElection.leaseDuration=4s,leaderElection.renewDeadline=3s,leaderElection.retryPeriod=500ms";

    private const string Policy = """
        policies=[{"name":"test","namespace":"shop","spec":{"tick":"1s","bake":"20s","blindBudget":"3s","autonomy":"Enforce",
        "pacing":{"enabled":true,"stepDuration":"4s"}}}]
        """;

    /// <summary>
    /// Rights that this story does not need: a healthy revision is stamped, records beyond the history are deleted; the rest are the other halves of pairs
    /// that go together (an object is listed and watched, and read again when a write was refused).
    /// </summary>
    private static readonly string[] Spared =
    [
        "patch replicasets", "delete guardedrollouts", "get guardrailpolicies", "patch guardedrollouts/status", "get replicasets", "get pods", "get guardedrollouts",
    ];

    /// <summary>Instruments of what does not happen in this story: nobody is notified, and nothing is missing or fails.</summary>
    private static readonly string[] Elsewhere =
    [
        "guardrail_no_evidence_total", "guardrail_faults_total", "guardrail_notifications_delivered_total", "guardrail_notifications_dropped_total",
        "guardrail_notifications_queued",
    ];

    [TestCase("")]
    [TestCase("namespaces={shop}")]
    public async Task A_whole_rollback_needs_exactly_the_rendered_role(string namespaces, CancellationToken cancellationToken)
    {
        await using var chart = await ChartShop.StartAsync(cancellationToken, "--set", Common, "--set-json", Policy, "--set", namespaces.Length > 0 ? namespaces : "replicas=2");
        var shop = chart.Shop;
        var applied = await chart.RunJobAsync(cancellationToken);
        Assert.That(applied.ExitCode, Is.Zero, applied.Error);
        Assert.That((await chart.RunJobAsync(cancellationToken)).ExitCode, Is.Zero, "and once more, over what is there");
        Assert.That(chart.Job.Refused, Is.Empty);
        using var records = RolloutRecords.Open(shop);
        await chart.ApplyPoliciesAsync(cancellationToken);

        await using var daemon = chart.StartDaemon();
        var address = await daemon.AddressAsync(cancellationToken);
        await daemon.UntilSaidAsync("Leading by the lease guardrail/guardrail as ", cancellationToken);
        await daemon.UntilSaidAsync("Guarding 1 workload by ", cancellationToken);
        await using var prometheus = await RealPrometheus.StartAsync($$"""
            - job_name: guardrail
              static_configs:
              - targets: ['{{address.Authority}}']
                labels: {namespace: guardrail, container: guardrail}
            """);
        await UntilReadAsync(chart, address, cancellationToken);
        shop.Deploy(TestShop.Bad);
        var record = await records.UntilAsync(shop, status => status.Outcome == RolloutOutcome.RolledBack, "the end of the record", cancellationToken);
        await shop.SettledAsync(cancellationToken);
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(record.Status!.Intents.All(i => i.Outcome is not null), Is.True, "every intent is settled");

        var ready = await GuardrailProcess.RunAsync(cancellationToken, "ready", address.ToString());
        Assert.That(ready.ExitCode, Is.Zero, ready.Output + ready.Error);
        await TellsAsync(chart, prometheus, cancellationToken);
        await daemon.TerminateAsync(cancellationToken);
        Assert.That(await daemon.WaitAsync(cancellationToken), Is.Zero);

        Assert.That(chart.Daemon.Refused, Is.Empty, "requests outside the Role");
        Assert.That(chart.Daemon.Unused.Except(Spared), Is.Empty, "rights that nobody needs");
    }

    /// <summary>Waits until the daemon has read the pods some times: then it knows what is usual, and is awake.</summary>
    private static async Task UntilReadAsync(ChartShop chart, Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address };
        while (true)
        {
            var seen = chart.Shop.Cluster.Store.Version;
            var page = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
            if (Regex.Match(page, "guardrail_observations_total\\{signal=\"errors\"\\} (\\d+)") is { Success: true } match
                && int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) >= 5 * ChartShop.Replicas)
            {
                return;
            }

            // The leader renews its Lease twice a second; then the page is looked at again.
            await chart.Shop.Cluster.WaitUntilAsync(() => chart.Shop.Cluster.Store.Version != seen, cancellationToken);
        }
    }

    /// <summary>A real Prometheus that scraped the daemon answers what the dashboard asks with the story's numbers, and raises no alert but those due.</summary>
    private static async Task TellsAsync(ChartShop chart, RealPrometheus prometheus, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = prometheus.Address };
        var dashboard = chart.Documents.Single(d => (string?)d["metadata"]!["name"] == "guardrail-dashboard");
        var panels = System.Text.Json.Nodes.JsonNode.Parse((string)dashboard["data"]!["guardrail.json"]!)!["panels"]!.AsArray();
        var answers = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var panel in panels)
        {
            var asked = ((string)panel!["targets"]![0]!["expr"]!).Replace("$namespace", "guardrail", StringComparison.Ordinal);
            answers[(string)panel["title"]!] = await AskAsync(http, asked, cancellationToken);
        }

        await TestContext.Out.WriteLineAsync(string.Join('\n', answers.Select(a => $"{a.Key}: {string.Join(' ', a.Value.Select(v => v.ToString("0.###", CultureInfo.InvariantCulture)))}")));
        Assert.That(answers["Leaders"], Is.EqualTo(new[] { 1.0 }));
        Assert.That(answers["Workloads guarded"], Is.EqualTo(new[] { 1.0 }));
        Assert.That(answers["Rollouts watched"].Single(), Is.LessThanOrEqualTo(1));
        Assert.That(answers["Blind rollouts"], Is.EqualTo(new[] { 0.0 }));
        Assert.That(answers["Rolled back, last 24 h"].Single(), Is.GreaterThan(0.5));
        Assert.That(answers["Would roll back, last 24 h"], Is.EqualTo(new[] { 0.0 }));
        Assert.That(answers["From observation to decision"].Single(), Is.LessThan(5));
        Assert.That(answers["Ready"], Is.Not.Empty.And.All.EqualTo(1));
        Assert.That(answers["Decisions"].Max(), Is.GreaterThan(0.5));

        var past = await AskAsync(http, "max_over_time(guardrail_rollout_evidence_nats{namespace=\"guardrail\"}[5m]) / max_over_time(guardrail_rollout_threshold_nats{namespace=\"guardrail\"}[5m])", cancellationToken);
        Assert.That(past.Max(), Is.GreaterThanOrEqualTo(0.5), "the evidence was seen to rise");

        var rules = chart.Documents.Single(d => (string?)d["kind"] == "PrometheusRule")["spec"]!["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray());
        foreach (var rule in rules)
        {
            Assert.That(await AskAsync(http, (string)rule!["expr"]!, cancellationToken), Is.Empty, (string)rule["alert"]!);
        }

        var page = await http.GetStringAsync(new Uri("/api/v1/label/__name__/values", UriKind.Relative), cancellationToken);
        var named = await File.ReadAllTextAsync(Path.Combine(HelmProgram.Chart, "dashboards", "guardrail.json"), cancellationToken);
        var missing = Regex.Matches(named, "guardrail_[a-z_]+").Select(m => m.Value).Distinct().Where(name => !page.Contains($"\"{name}\"", StringComparison.Ordinal));
        Assert.That(missing, Is.SubsetOf(Elsewhere), "what the dashboard shows is there");
    }

    private static async Task<double[]> AskAsync(HttpClient http, string query, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri("/api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative), cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.That(answer.IsSuccessStatusCode, Is.True, query + ": " + text);
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(row => double.Parse(row.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))];
    }
}
