using System.Collections.Immutable;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Drills;

/// <summary>Plays a drill from its commands, at once.</summary>
public static class DrillReplay
{
    /// <summary>Plays a drill again that was held, from its file.</summary>
    /// <param name="result">The drill.</param>
    /// <param name="source">The scenario's text.</param>
    /// <param name="scenario">The scenario.</param>
    /// <exception cref="ConfigurationException">The scenario is another than was drilled, or the file asks for what it does not have.</exception>
    public static DrillScore Play(DrillResult result, string source, Scenario scenario)
    {
        if (result.IsLive)
        {
            throw new ConfigurationException("a drill that was held live does not come out the same twice, so it is not replayed; its score is in the file.");
        }

        if (DrillPlan.DigestOf(source) != result.Digest)
        {
            throw new ConfigurationException(
                $"the scenario {result.Source} has changed since the drill of {DrillWords.Day(result.StartedAt)}; restore it as it was, or hold the drill anew.");
        }

        var services = scenario.Services.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var odd = result.Steps.FirstOrDefault(s => s.At < TimeSpan.Zero || s.At >= result.Length || (s.Command.Service is { } name && !services.Contains(name)));
        return odd is not null
            ? throw new ConfigurationException($"the step \"{odd.Command.Words}\" fits neither the scenario's services nor the drill's time; the file was changed.")
            : result.Begins + result.Length > scenario.Duration || result.Begins < TimeSpan.Zero || result.Length <= TimeSpan.Zero
            ? throw new ConfigurationException("the drill's time does not lie within the scenario; the file was changed.")
            : Play(result.Plan(scenario), result.Steps, told: null, result.EndedAt).Score;
    }

    /// <summary>Plays it to its end.</summary>
    /// <param name="plan">What was drilled.</param>
    /// <param name="steps">What was said and done, in order of time.</param>
    /// <param name="told">Told of what participants got to know, in order of time; null for nobody.</param>
    /// <param name="end">When it was over for the participants; null: by itself, or at its full length.</param>
    /// <returns>How it went, and when it was over for the participants.</returns>
    public static (DrillScore Score, TimeSpan EndedAt) Play(
        DrillPlan plan, ImmutableArray<DrillStep> steps, Action<DrillStep?, DrillNews?>? told = null, TimeSpan? end = null)
    {
        var session = new DrillSession(plan);
        var next = 0;
        while (!session.IsOver && (next < steps.Length || (!session.IsSettled && !(session.Now >= end))))
        {
            var from = next;
            while (next < steps.Length && steps[next].At < session.NextTick)
            {
                next++;
            }

            var given = steps[from..next];
            var news = session.Advance(given);
            if (told is not null)
            {
                Tell(session, given, news, told);
            }
        }

        var endedAt = end is { } at && at < session.Now ? at : session.Now;
        return (session.Finish(), endedAt);
    }

    private static void Tell(DrillSession session, ImmutableArray<DrillStep> given, ImmutableArray<DrillNews> news, Action<DrillStep?, DrillNews?> told)
    {
        var step = 0;
        foreach (var item in news)
        {
            for (; step < given.Length && given[step].At <= item.At; step++)
            {
                Say(given[step]);
            }

            told(null, item);
        }

        for (; step < given.Length; step++)
        {
            Say(given[step]);
        }

        void Say(DrillStep said)
        {
            told(said, null);
            foreach (var answer in said.Command is DrillCommand.Ask ask ? session.Ask(ask.Of) : [])
            {
                told(null, answer with { At = said.At });
            }
        }
    }
}
