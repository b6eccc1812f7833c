using System.Text.Json;
using Guardrail.EndToEnd.Tests.Harness;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary>The same scenario and seed in virtual time and live: an embedded cluster and the daemon, on a clock that runs ten times as fast.</summary>
[Category("Slow")]
[Category("EndToEnd")]
[CancelAfter(120_000)]
internal sealed class LiveSimulateTests
{
    private const double Tick = 5;
    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("guardrail-live-tests-");

    [TearDown]
    public void RemoveFolder() => folder.Delete(recursive: true);

    [TestCase("bad", """
        services:
          frontend: {pods: 3, traffic: 200/s, calls: [checkout]}
          checkout: {pods: 4, startUp: 5s}
        rollouts: [{service: checkout, at: 60s, by: agent, faults: [{fault: errors, rate: 20%}]}]
        policy: {pacing: {enabled: true}}
        expect: {rollouts: [{service: checkout, verdict: Regressed, action: RollBack}], untouched: [frontend]}
        """)]
    [TestCase("good", """
        services:
          frontend: {pods: 3, traffic: 200/s, calls: [checkout]}
          checkout: {pods: 4, startUp: 5s}
        rollouts: [{service: checkout, at: 60s, by: human}]
        policy: {bake: 50s, warmUp: 5s, pacing: {enabled: true, stepDuration: 20s}}
        expect: {rollouts: [{service: checkout, verdict: Healthy, action: None}], untouched: [frontend]}
        """)]
    [TestCase("outage", """
        services:
          checkout: {pods: 4, traffic: 200/s, startUp: 5s, calls: [payments]}
          payments: {pods: 3, startUp: 5s}
        rollouts: [{service: checkout, at: 60s}]
        faults: [{fault: dependencyOutage, service: payments, at: 80s, for: 40s, share: 60%}]
        policy: {bake: 60s, pacing: {enabled: true}}
        expect: {rollouts: [{service: checkout, action: [None, Hold, Page]}], untouched: [payments]}
        """)]
    [TestCase("config", """
        services:
          checkout: {pods: 4, traffic: 200/s, startUp: 5s}
        rollouts: [{service: checkout, at: 60s}]
        faults: [{fault: configCorrupted, service: checkout, at: 30s, rate: 30%}]
        expect: {rollouts: [{service: checkout, verdict: Regressed, action: RollBack}]}
        """)]
    [TestCase("contest", """
        services:
          checkout: {pods: 4, traffic: 100/s, startUp: 5s}
        rollouts: [{service: checkout, at: 45s, faults: [{fault: crashLoop, runsFor: 8s}]}]
        faults: [{fault: gitOpsFight, service: checkout, at: 0s, after: 20s}, {fault: scrapeGaps, at: 0s, share: 10%}]
        expect:
          rollouts: [{service: checkout, number: 1, action: RollBack}, {service: checkout, number: 2, action: RollBack}, {service: checkout, number: 3, action: Contested}]
        """)]
    public async Task Live_and_virtual_time_give_the_same_decisions_within_a_tick(string name, string body, CancellationToken cancellationToken)
    {
        var file = Write(name, body);
        var played = RunAsync(file, cancellationToken);
        var live = await RunAsync(file, cancellationToken, "--live", "--speed", "10");

        var (one, other) = (Rollouts(await played), Rollouts(live));
        Assert.That(other.Select(r => (r.Service, r.To, r.Action, r.Verdict)), Is.EqualTo(one.Select(r => (r.Service, r.To, r.Action, r.Verdict))));
        Assert.Multiple(() =>
        {
            foreach (var (a, b) in one.Zip(other))
            {
                Within(b.BegunAt, a.BegunAt, "begun");
                Within(b.HeldAt, a.HeldAt, "held");
                Within(b.RolledBackAt, a.RolledBackAt, "rolled back");
                Within(b.PagedAt, a.PagedAt, "paged");
            }
        });
    }

    [Test]
    [Category("Fault")]
    public async Task Interrupted_it_stops_everything_and_leaves_nothing_behind(CancellationToken cancellationToken)
    {
        var temporary = folder.CreateSubdirectory("tmp").FullName;
        var file = Write("quiet", "services: {web: {traffic: 10/s}}\nfaults: [{fault: metricsLost, at: 1s, for: 1s}]");
        await using var process = GuardrailProcess.Start(
            new Dictionary<string, string?> { ["TMPDIR"] = temporary }, "simulate", file, "--live", "--speed", "20", "--output", "json");
        await process.UntilSaidAsync("over: metrics lost", cancellationToken);
        Assert.That(Directory.GetDirectories(temporary, "guardrail-live-*"), Has.Length.EqualTo(1));

        await process.TerminateAsync(cancellationToken);

        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(1), process.ToString());
        Assert.That(process.Errors, Has.Some.Contains("interrupted; everything that was started has been stopped").And.None.Contains("Exception"));
        Assert.That(process.Output, Is.Empty);
        Assert.That(Directory.GetDirectories(temporary, "guardrail-live-*"), Is.Empty);
    }

    private static void Within(double? live, double? played, string what)
    {
        Assert.That(live is null, Is.EqualTo(played is null), $"{what}: {live} live, {played} in virtual time");
        if (live is { } at)
        {
            Assert.That(at, Is.EqualTo(played!.Value).Within(Tick), $"seconds until {what}");
        }
    }

    private static async Task<JsonDocument> RunAsync(string file, CancellationToken cancellationToken, params string[] more)
    {
        var (code, output, error) = await GuardrailProcess.RunAsync(cancellationToken, ["simulate", file, "--seed", "1", "--output", "json", .. more]);
        Assert.That(code, Is.Zero, error);
        return JsonDocument.Parse(output);
    }

    private static Rollout[] Rollouts(JsonDocument result) =>
        [.. result.RootElement.GetProperty("guarded").GetProperty("rollouts").Deserialize<Rollout[]>(JsonSerializerOptions.Web)!];

    private string Write(string name, string body)
    {
        var file = Path.Combine(folder.FullName, "scenario.yaml");
        File.WriteAllText(file, $"apiVersion: guardrail.dev/v1alpha1\nkind: Scenario\nname: {name}\nduration: 150s\n{body}\n");
        return file;
    }

    private sealed record Rollout(
        string Service, string To, string Action, string Verdict, double BegunAt, double? HeldAt, double? RolledBackAt, double? PagedAt);
}
