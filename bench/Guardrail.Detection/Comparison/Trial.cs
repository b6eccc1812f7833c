using Guardrail.Detection.Cells;
using Guardrail.Detection.Guarding;
using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Comparison;

/// <summary>Plays runs of one cell to Guardrail and to the other rules, all on the same stream. One per thread.</summary>
internal sealed class Trial
{
    // All are allowed to leave out the warm-up, by which Guardrail's own default leaves out latency.
    private const double WarmUpSeconds = 90;

    private readonly Cell cell;
    private readonly CellRun run;
    private readonly CellGuard guard;
    private readonly ArmDifferences differences;
    private readonly IPeerRule[] rules;
    private readonly bool[] decided;

    public Trial(CellPlan plan)
    {
        cell = plan.Cell;

        // The full stack is on in every cell: a service that counts errors has a latency histogram as well.
        var full = cell with { Latency = cell.Latency ?? new() };
        run = new(full);
        guard = new(run, full);
        differences = new(run, cell.Business is not null);
        rules = [.. plan.Settings.Select(setting => plan.Families[setting.Index].Make(setting.Value))];
        decided = new bool[rules.Length];
    }

    /// <summary>Plays a run and notes what came of it.</summary>
    public void Play(ulong seed, int number, CellRuns results)
    {
        var withPeers = number < results.PeerRuns;
        Begin(seed, number);
        double bad = 0;
        var guardBad = double.NaN;
        while (run.Next() && (withPeers || !guard.IsDecided))
        {
            bad += BadOfTick();
            guard.Observe();
            if (guard.IsDecided && double.IsNaN(guardBad))
            {
                guardBad = bad;
            }

            if (withPeers)
            {
                ObservePeers(number, bad, results);
            }
        }

        results.Note(number, guard.Outcome, double.IsNaN(guardBad) ? bad : guardBad);
        for (var i = 0; withPeers && i < rules.Length; i++)
        {
            if (!decided[i])
            {
                results.Peers[i].Set(number, double.PositiveInfinity, bad);
            }
        }
    }

    private void Begin(ulong seed, int number)
    {
        var name = $"{cell.Name}/{number}";
        run.Begin(new(seed, name));
        guard.Begin(seed, name);
        differences.Begin();
        Array.Clear(decided);
        foreach (var rule in rules)
        {
            rule.Reset();
        }
    }

    private double BadOfTick()
    {
        var truth = run.Truth;
        var isShared = cell.Defect is Defect.SharedDamage;
        return run.Now <= Math.Max(0, cell.Onset.TotalSeconds) ? 0 : truth.CanaryBad + (isShared ? truth.ControlBad : 0);
    }

    private void ObservePeers(int number, double bad, CellRuns results)
    {
        var all = differences.Read();
        var skipped = cell.Latency is null ? 0 : WarmUpSeconds;
        if (run.Now <= skipped)
        {
            return;
        }

        // Where latency is not under test the others do not look at it: their limits on it are not what is compared there.
        var tick = cell.Latency is null
            ? new PeerTick(all.End, all.Length, Errors(all.Control), Errors(all.Canary))
            : new PeerTick(all.End - skipped, all.Length, all.Control, all.Canary, all.Edges);
        for (var i = 0; i < rules.Length; i++)
        {
            if (!decided[i] && rules[i].Observe(tick) == PeerDecision.RollBack)
            {
                decided[i] = true;
                results.Peers[i].Set(number, run.Now, bad);
            }
        }
    }

    private static ArmTick Errors(in ArmTick arm) => new(arm.Pods, arm.Requests, arm.Errors);
}
