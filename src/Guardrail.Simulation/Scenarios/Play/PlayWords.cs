using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>What happens in a play, in words, and what of it is well by the scenario: the same for every way of playing.</summary>
internal static class PlayWords
{
    public static string RolledOut(ScenarioRollout rollout)
    {
        var by = rollout.By switch { ChangeAuthor.Agent => " by an agent", ChangeAuthor.Human => " by a person", _ => "" };
        return $"{rollout.To} rolled out{by}";
    }

    public static string NotRolledOut(ScenarioRollout rollout) => $"{rollout.To} could not be rolled out: the Deployment is deleted";

    public static string Over(ScenarioEvent over) => over is ScenarioEvent.Recreated ? "made anew" : $"over: {over.Words}";

    public static string WrittenBack(ScenarioEvent.GitOpsFight fight, string revision) => $"{fight.Manager} writes {revision} back";

    /// <summary>Whether whoever looks at the cluster sees it.</summary>
    public static bool IsTold(ScenarioEvent happening) => happening is ScenarioEvent.Recreated or ScenarioEvent.ScaledToZero;

    /// <summary>Whether what is rolled out now is well, so that taking it back would be false.</summary>
    public static bool IsHealthy(Scenario scenario, ScenarioRollout rollout, TimeSpan now) => rollout.IsHealthy && !scenario.Events.Any(e =>
        e is ScenarioEvent.ConfigCorrupted && e.IsOn(now) && (e.Service is null || e.Service == rollout.Service));
}
