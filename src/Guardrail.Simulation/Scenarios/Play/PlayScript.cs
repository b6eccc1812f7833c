namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>What the scenario says is to happen, in order of time; GitOps adds to it.</summary>
internal sealed class PlayScript
{
    private readonly PriorityQueue<ScriptStep, (TimeSpan At, int Order)> steps = new();
    private int order;

    public PlayScript(Scenario scenario)
    {
        foreach (var rollout in scenario.Rollouts)
        {
            Add(rollout.At, new ScriptStep.RollsOut(rollout));
        }

        foreach (var happening in scenario.Events)
        {
            Add(happening.At, new ScriptStep.Begins(happening));
            var end = happening is ScenarioEvent.Recreated anew ? anew.After : happening.For;
            if (end is { } length)
            {
                Add(happening.At + length, new ScriptStep.Ends(happening));
            }
        }
    }

    /// <summary>When the next step is; never when there is none.</summary>
    public TimeSpan Next => steps.TryPeek(out _, out var priority) ? priority.At : TimeSpan.MaxValue;

    public void Add(TimeSpan at, ScriptStep step) => steps.Enqueue(step, (at, order++));

    public ScriptStep Take() => steps.Dequeue();
}

/// <summary>One step of a script. Closed.</summary>
internal abstract record ScriptStep
{
    private ScriptStep()
    {
    }

    public sealed record RollsOut(ScenarioRollout Rollout) : ScriptStep;

    public sealed record Begins(ScenarioEvent Event) : ScriptStep;

    public sealed record Ends(ScenarioEvent Event) : ScriptStep;

    public sealed record PersonDoes(PersonAct Act) : ScriptStep;

    public sealed record WritesBack(string Service, long Generation, ScenarioEvent.GitOpsFight Fight) : ScriptStep;
}
