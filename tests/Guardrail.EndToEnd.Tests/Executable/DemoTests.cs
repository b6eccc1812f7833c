using System.Text.Json;
using Guardrail.EndToEnd.Tests.Harness;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary>The demo that the README shows.</summary>
internal sealed class DemoTests
{
    [Test]
    [Category("Slow")]
    [Category("EndToEnd")]
    [NonParallelizable]
    [CancelAfter(170_000)]
    public async Task The_demo_keeps_the_good_release_and_takes_the_bad_one_back_within_30_seconds(CancellationToken cancellationToken)
    {
        var (code, output, error) = await GuardrailProcess.RunAsync(cancellationToken, "demo", "--seed", "7", "--output", "json");

        Assert.That(code, Is.Zero, error);
        using var report = JsonDocument.Parse(output);
        var rollouts = report.RootElement.GetProperty("rollouts").EnumerateArray().ToArray();
        Assert.That(report.RootElement.GetProperty("seed").GetInt64(), Is.EqualTo(7));
        Assert.That(rollouts.Select(r => (r.GetProperty("verdict").GetString(), r.GetProperty("action").GetString())), Is.EqualTo(new[]
        {
            ("Healthy", "None"), ("Regressed", "RollBack"),
        }));
        Assert.That(rollouts[1].GetProperty("secondsFromFirstBadRequest").GetDouble(), Is.LessThanOrEqualTo(30));
        Assert.That(rollouts[1].GetProperty("badRequests").GetInt64(), Is.GreaterThan(0));
    }
}
