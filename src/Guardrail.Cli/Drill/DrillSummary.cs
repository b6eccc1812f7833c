using Guardrail.Cli.Output;
using Guardrail.Cli.Simulate;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>Says at the end how a drill went, in counts and words.</summary>
internal static class DrillSummary
{
    public static void Write(DrillResult result, string title, Screen screen)
    {
        var score = result.Score;
        screen.Out.WriteLine();
        screen.Out.WriteLine(screen.Paint(screen.Clean($"{result.Scenario}: {title}"), Tone.Heading));
        screen.Out.WriteLine(screen.Clean(
            $"{DrillWords.People(result)}; {DrillWords.Of(result.Guardrail)}{Asked(score)}; seed {result.Seed}{(result.IsLive ? "; live" : "")}"));
        screen.Out.WriteLine();
        Times(score, screen);
        Rollouts(score, screen);
        Wrong(score, screen);
        screen.Out.WriteLine(screen.Clean(Requests(score)));
        if (!score.Paged.IsEmpty)
        {
            screen.Out.WriteLine(screen.Clean($"paged: {string.Join("; ", score.Paged)}"));
        }
    }

    private static string Asked(DrillScore score) => score.Asked == 0 ? "" : $", asked {score.Asked} {(score.Asked == 1 ? "time" : "times")}";

    private static void Times(DrillScore score, Screen screen)
    {
        if (score.Trouble == DrillTrouble.None)
        {
            screen.Out.WriteLine(score.Wrong.IsEmpty
                ? screen.Paint("There was nothing to find, and nobody touched what was well.", Tone.Good)
                : screen.Paint("There was nothing to find: every rollout was good.", Tone.Doubtful));
            return;
        }

        if (score.Trouble == DrillTrouble.Elsewhere)
        {
            screen.Out.WriteLine("No rollout was to blame: there was nothing to take back, only somebody to page.");
        }

        var table = new TextTable("", score.HurtAt is { } hurt ? $"AFTER IT BEGAN TO HURT AT {DrillWords.Clock(hurt)}" : "NOBODY WAS HURT", "BY", "BY SAYING OR DOING");
        Add("detected", score.Detected, "never");
        Add("decided", score.Decided, "never");
        if (score.Trouble == DrillTrouble.Rollout)
        {
            Add("mitigated", score.Mitigated, score.HurtAt is null ? "nothing to mitigate" : "not to the end");
        }

        table.Write(screen);

        void Add(string what, DrillMilestone? point, string otherwise) => table.Add(
            (what, Tone.Plain),
            (point is null ? otherwise : DrillWords.Time(point.Took), point is null ? Tone.Bad : Tone.Plain),
            (point?.By ?? "", Tone.Plain),
            (point is null ? "" : $"{DrillWords.Clock(point.At)} {point.What}", Tone.Plain));
    }

    private static void Rollouts(DrillScore score, Screen screen)
    {
        if (score.Rollouts.IsEmpty)
        {
            return;
        }

        screen.Out.WriteLine();
        var table = new TextTable("ROLLOUT", "AT", "WAS", "BAD REQUESTS", "ROLLED BACK");
        foreach (var rollout in score.Rollouts)
        {
            table.Add(
                ($"{rollout.Service} {rollout.From}{screen.Arrow}{rollout.To}", Tone.Plain),
                (DrillWords.Clock(rollout.BegunAt), Tone.Plain),
                (rollout.IsHealthy ? "good" : "bad", Tone.Plain),
                (SimulateText.Number(rollout.BadRequests), Tone.Plain),
                (rollout.EndedBy is { } end ? $"by {end.By} at {DrillWords.Clock(end.At)}" : rollout.IsHealthy ? "no" : "by nobody", rollout.EndedBy is null == rollout.IsHealthy ? Tone.Good : Tone.Bad));
        }

        table.Write(screen);
        screen.Out.WriteLine();
    }

    private static void Wrong(DrillScore score, Screen screen)
    {
        screen.Out.WriteLine(score.Wrong.IsEmpty ? screen.Paint("wrong actions: none", Tone.Good) : screen.Paint($"wrong actions: {score.Wrong.Length}", Tone.Bad));
        foreach (var wrong in score.Wrong)
        {
            screen.Out.WriteLine(screen.Clean($"  {DrillWords.Clock(wrong.At)} {wrong.By}: {wrong.What}: {wrong.Why}"));
        }
    }

    private static string Requests(DrillScore score)
    {
        var (all, spoilt, alone, nobody) = score.Requests;
        return $"requests spoilt: {SimulateText.Number(spoilt)} of {SimulateText.Number(all)}; "
            + $"{SimulateText.Number(alone)} with Guardrail alone, {SimulateText.Number(nobody)} had nobody acted";
    }
}
