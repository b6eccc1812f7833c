using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Reports;

namespace Guardrail.Simulation.Tests.Scenarios.Reports;

public sealed class HeadlineTests
{
    private static readonly PlayedRollout Bad = Sample.Rollout("cart", TimeSpan.FromSeconds(85), 5);
    private static readonly PlayedRollout Healthy = Sample.Rollout("web", null, 0, isHealthy: true);

    private static IEnumerable<TestCaseData> Cases =>
    [
        new(Array.Empty<PlayedRollout>(), "Nothing was rolled out."),
        new(new[] { Bad }, "cart v2 is bad: taken back 20 s after its first bad request."),
        new(new[] { Bad with { RolledBackAt = null, Action = ExpectedAction.None } }, "cart v2 is bad and went on."),
        new(new[] { Bad, Bad with { Service = "pay", RolledBackAt = TimeSpan.FromSeconds(95) } }, "2 bad rollouts: both taken back, the slowest 30 s after its first bad request."),
        new(
            new[] { Bad, Bad with { RolledBackAt = null, PagedAt = TimeSpan.FromSeconds(95), Action = ExpectedAction.Page }, Bad with { RolledBackAt = null, Action = ExpectedAction.None } },
            "3 bad rollouts: 1 taken back, the slowest 20 s after its first bad request; 1 with a person called; 1 left alone."),
        new(
            new[] { Bad, Bad with { RolledBackAt = null, PagedAt = TimeSpan.FromSeconds(95), Action = ExpectedAction.Contested } },
            "2 bad rollouts: 1 taken back, the slowest 20 s after its first bad request; 1 contested, with a person called, since it keeps being written back."),
        new(new[] { Healthy }, "web v2, which is healthy, went through untroubled."),
        new(new[] { Healthy, Healthy with { Service = "pay" } }, "2 healthy rollouts went through untroubled."),
        new(new[] { Healthy with { RolledBackAt = TimeSpan.FromSeconds(95), Action = ExpectedAction.RollBack } }, "1 healthy rollout was taken back, falsely: web v2."),
        new(new[] { Bad, Healthy }, "cart v2 is bad: taken back 20 s after its first bad request. web v2, which is healthy, went through untroubled."),
    ];

    [TestCaseSource(nameof(Cases))]
    public void The_outcome_is_told_in_a_sentence(PlayedRollout[] rollouts, string expected)
    {
        var result = Sample.Result(["cart"], 3);

        Assert.That(Headline.Of(result with { Guarded = result.Guarded with { Rollouts = [.. rollouts], Truth = default }, Unguarded = null }), Is.EqualTo(expected));
    }
}
