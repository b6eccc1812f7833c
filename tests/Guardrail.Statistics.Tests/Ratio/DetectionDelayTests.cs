namespace Guardrail.Statistics.Tests;

/// <summary>
/// The delays that detection.md section 2 states for D1 at its real share of the budget (alpha 0.001 x 0.35, 10 % canary, 300 runs), in
/// ticks.
/// </summary>
[Category("Slow")]
public sealed class DetectionDelayTests
{
    private const int Runs = 300;

    [TestCase(.001, .05, 100, 5, 30, 40)]
    [TestCase(.001, .05, 1000, 5, 15, 15)]
    [TestCase(.001, .01, 1000, 5, 25, 40)]
    [TestCase(.005, .015, 1000, 5, 70, 100)]
    [TestCase(.001, .05, 1000, 15, 45, 45)]
    public void Are_those_of_the_design(double healthy, double canary, double rps, double tick, double median, double ninetieth) =>
        Expect(
            new Rollout { RequestsPerSecond = rps, TickSeconds = tick, Healthy = healthy, Canary = canary, SignalWeight = .35 },
            median,
            ninetieth);

    [Test]
    public void Bursts_of_five_take_longer() => Expect(
        new Rollout
        {
            RequestsPerSecond = 1000,
            Healthy = .005,
            Canary = .05,
            SignalWeight = .35,
            IncidentSize = random => random.Geometric(5),
            MeanIncident = 5,
        },
        40,
        65);

    // One tick, or a quarter: the published figures are quantiles of 300 simulated rollouts of their own.
    private static void Expect(Rollout rollout, double median, double ninetieth)
    {
        double[] delays = [.. Enumerable.Range(0, Runs)
            .Select(run => (rollout.Run((ulong)run) ?? int.MaxValue) * rollout.TickSeconds).Order()];
        var (p50, p90) = (delays[Runs / 2], delays[Runs * 9 / 10]);
        TestContext.Out.WriteLine($"p50 {p50} s, p90 {p90} s; published {median} s, {ninetieth} s");
        Assert.That(p50, Is.EqualTo(median).Within(Math.Max(rollout.TickSeconds, median / 4)));
        Assert.That(p90, Is.EqualTo(ninetieth).Within(Math.Max(rollout.TickSeconds, ninetieth / 4)));
    }
}
