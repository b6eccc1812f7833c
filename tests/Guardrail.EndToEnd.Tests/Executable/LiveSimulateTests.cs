using System.Text.Json;
using Guardrail.EndToEnd.Tests.Harness;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary><c>guardrail simulate --live</c> as people and CI run it.</summary>
[Category("Slow")]
[Category("EndToEnd")]
[CancelAfter(120_000)]
internal sealed class LiveSimulateTests
{
    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("guardrail-live-tests-");

    [TearDown]
    public void RemoveFolder() => folder.Delete(recursive: true);

    [Test]
    public async Task The_result_is_that_of_virtual_time_and_nothing_is_left_behind(CancellationToken cancellationToken)
    {
        var file = Write("services: {web: {traffic: 20/s, startUp: 1s}}\nrollouts: [{service: web, at: 10s, faults: [{fault: errors, rate: 10%}]}]\n"
            + "expect: {rollouts: [{service: web, action: Page}]}");
        await using var process = Start(file, "--live", "--speed", "20", "--seed", "3", "--output", "json");

        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(1), process.ToString());

        using var result = JsonDocument.Parse(string.Join('\n', process.Output));
        var rollout = result.RootElement.GetProperty("guarded").GetProperty("rollouts").EnumerateArray().Single();
        Assert.Multiple(() =>
        {
            Assert.That(result.RootElement.GetProperty("seed").GetInt32(), Is.EqualTo(3));
            Assert.That(result.RootElement.GetProperty("isMet").GetBoolean(), Is.False);
            Assert.That((rollout.GetProperty("from").GetString(), rollout.GetProperty("to").GetString()), Is.EqualTo(("v1", "v2")));
            Assert.That(rollout.GetProperty("begunAt").GetDouble(), Is.EqualTo(10).Within(5));
            Assert.That(rollout.GetProperty("badRequests").GetInt64(), Is.GreaterThan(0));
            Assert.That(process.Errors, Has.Some.Contains("60 s live in").And.Some.Contains("NOT MET"));
            Assert.That(Leftovers, Is.Empty);
        });
    }

    [Test]
    [Category("Fault")]
    public async Task Interrupted_it_stops_everything_and_leaves_nothing_behind(CancellationToken cancellationToken)
    {
        var file = Write("services: {web: {traffic: 10/s}}\nfaults: [{fault: metricsLost, at: 1s, for: 1s}]");
        await using var process = Start(file, "--live", "--speed", "20", "--output", "json");
        await process.UntilSaidAsync("over: metrics lost", cancellationToken);
        Assert.That(Leftovers, Has.Length.EqualTo(1));

        await process.TerminateAsync(cancellationToken);

        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(1), process.ToString());
        Assert.That(process.Errors, Has.Some.Contains("interrupted; everything that was started has been stopped").And.None.Contains("Exception"));
        Assert.That(process.Output, Is.Empty);
        Assert.That(Leftovers, Is.Empty);
    }

    private string[] Leftovers => Directory.GetDirectories(folder.FullName, "guardrail-live-*");

    private GuardrailProcess Start(string file, params string[] more) =>
        GuardrailProcess.Start(new Dictionary<string, string?> { ["TMPDIR"] = folder.FullName }, ["simulate", file, .. more]);

    private string Write(string body)
    {
        var file = Path.Combine(folder.FullName, "scenario.yaml");
        File.WriteAllText(file, $"apiVersion: guardrail.dev/v1alpha1\nkind: Scenario\nname: short\nduration: 1m\n{body}\n");
        return file;
    }
}
