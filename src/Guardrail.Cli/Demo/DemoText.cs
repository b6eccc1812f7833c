using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Rollouts;

namespace Guardrail.Cli.Demo;

/// <summary>Words and numbers that both views show.</summary>
internal static class DemoText
{
    /// <summary>A decision. Where everything is simulated, a call for a person is a page: nobody needs to come.</summary>
    public static string Of(DecisionKind kind) => kind == DecisionKind.Page ? "page" : DecisionWords.Of(kind);

    public static bool IsActive(RolloutStatus rollout) => rollout.Phase is not RolloutPhase.Ended;

    /// <summary>Error rates of both arms: <c>58c9 4.92 % of 1,525, 6f7d 0.15 % of 3,229</c>.</summary>
    public static string Arms(RolloutStatus rollout)
    {
        var all = rollout.Signals[0].All;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"new {rollout.Id.To} {Rate(all.CanaryEvents, all.CanaryTotal)}, old {rollout.Id.From} {Rate(all.ControlEvents, all.ControlTotal)}");
    }

    public static string Rate(long events, long total) => total == 0
        ? "no requests"
        : string.Create(CultureInfo.InvariantCulture, $"{100.0 * events / total:0.00} % errors of {total:N0}");

    public static string Evidence(RolloutStatus rollout) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, rollout.LogEvidence):0.0} of {rollout.RollbackThreshold:0.0} nats");
}
