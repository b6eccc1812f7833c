using static Guardrail.Simulation.Scenarios.Reports.ReportText;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>The whole result in a sentence or two.</summary>
internal static class Headline
{
    /// <summary>The sentence.</summary>
    public static string Of(ScenarioResult result) => $"{Outcome(result.Guarded)} {Damage(result)}".TrimEnd();

    private static string Outcome(ScenarioRun run)
    {
        var (bad, healthy) = (run.Rollouts.Where(r => !r.IsHealthy).ToList(), run.Rollouts.Where(r => r.IsHealthy).ToList());
        var falsely = healthy.Where(r => r.RolledBackAt is not null).ToList();
        List<string> sentences = [];
        if (run.Rollouts.IsEmpty)
        {
            sentences.Add("Nothing was rolled out.");
        }

        if (bad.Count > 0)
        {
            sentences.Add(Bad(bad));
        }

        if (falsely.Count > 0)
        {
            sentences.Add($"{Count(falsely.Count, "healthy rollout was", "healthy rollouts were")} taken back, falsely: {Names(falsely)}.");
        }

        if (healthy.Count > falsely.Count)
        {
            sentences.Add(Healthy([.. healthy.Except(falsely)], bad.Count > 0));
        }

        return string.Join(' ', sentences);
    }

    private static string Bad(List<PlayedRollout> bad)
    {
        if (bad is [var only])
        {
            return only.Action == ExpectedAction.None ? $"{Name(only)} is bad and went on." : $"{Name(only)} is bad: {ReportText.Of(only)}.";
        }

        var back = bad.Where(r => r.RolledBackAt is not null).ToList();
        var contested = bad.Count(r => r is { Action: ExpectedAction.Contested, RolledBackAt: null });
        var called = bad.Count(r => r.Action is ExpectedAction.Page);
        var held = bad.Count(r => r.Action is ExpectedAction.Hold);
        var rest = bad.Count - back.Count - contested - called - held;
        List<string> parts = [];
        if (back.Count > 0)
        {
            var slowest = back.MaxBy(r => r.Took ?? TimeSpan.Zero)!;
            parts.Add($"{(back.Count == bad.Count ? (back.Count == 2 ? "both" : "all") : Number(back.Count))} taken back, the slowest{After(slowest)}");
        }

        Add(contested, "contested, with a person called, since it keeps being written back");
        Add(called, "with a person called");
        Add(held, "held");
        Add(rest, "left alone");
        return $"{Number(bad.Count)} bad rollouts: {string.Join("; ", parts)}.";

        void Add(int count, string what)
        {
            if (count > 0)
            {
                parts.Add($"{(count == bad.Count ? "all" : Number(count))} {what}");
            }
        }
    }

    private static string Healthy(List<PlayedRollout> healthy, bool also)
    {
        var bothered = healthy.Count(r => r.Action != ExpectedAction.None);
        var subject = healthy is [var only] ? $"{Name(only)}, which is healthy," : $"{Count(healthy.Count, "", also ? "other, healthy rollouts" : "healthy rollouts")}";
        return (healthy.Count, bothered) switch
        {
            (1, 0) => $"{subject} went through untroubled.",
            (1, _) => $"{subject} was not taken back, but {ReportText.Of(healthy[0])}.",
            (_, 0) => $"{subject} went through untroubled.",
            _ => $"{subject} were not taken back; {bothered} of them were held or a person was called.",
        };
    }

    private static string Damage(ScenarioResult result)
    {
        var with = result.Guarded.Truth.BadRequests;
        return result.Unguarded is not { } without
            ? with > 0 ? $"{Number(with)} requests were spoilt." : ""
            : (with, without.Truth.BadRequests) switch
            {
                (0, 0) => "No request was spoilt, with Guardrail or without.",
                (_, var other) when other == with => $"{Number(with)} requests were spoilt, as many as without Guardrail.",
                (_, var other) => $"{Number(with)} requests were spoilt, instead of {Number(other)} without Guardrail.",
            };
    }

    private static string Names(List<PlayedRollout> rollouts) => string.Join(", ", rollouts.Take(4).Select(Name)) + (rollouts.Count > 4 ? ", …" : "");

    private static string Name(PlayedRollout rollout) => $"{rollout.Service} {rollout.To}";
}
