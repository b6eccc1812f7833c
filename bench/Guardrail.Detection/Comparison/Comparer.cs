using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using Guardrail.Detection.Cells;

namespace Guardrail.Detection.Comparison;

/// <summary>Compares Guardrail with the other rules: first the healthy cells, over which the others are tuned, then the faulty ones.</summary>
internal static class Comparer
{
    /// <summary>Cells in which every setting is tried, to draw delay against false rollbacks.</summary>
    public static ImmutableArray<string> References { get; } = ["0.10 % → 5.00 % at 1000 rps", "0.10 % → 1.00 % at 1000 rps", "+1 s on 2.0 %"];

    /// <summary>Number of runs that a comparison plays.</summary>
    public static int RunsOf(CompareOptions options, IReadOnlyCollection<Cell> healthy, IReadOnlyCollection<Cell> faulty) =>
        (healthy.Count * options.HealthyRuns) + (faulty.Count * options.FaultyRuns);

    /// <summary>Compares.</summary>
    /// <param name="healthy">The healthy cells, with at least one of either kind.</param>
    /// <param name="faulty">The faulty cells.</param>
    /// <param name="options">How much is played.</param>
    /// <param name="played">Told how many runs have been played since it was last told; called from several threads.</param>
    /// <param name="cancellation">Ends it.</param>
    public static CompareResult Compare(
        IReadOnlyList<Cell> healthy, IReadOnlyList<Cell> faulty, CompareOptions options, Action<int> played, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        CellRuns[] well = [.. healthy.Select(cell => new CellRuns(CellPlan.Full(cell), options.HealthyRuns, options.PeerRuns))];
        Player.Play(well, options, played, cancellation);
        var errors = Tuned(well, isLatency: false);
        var latency = Tuned(well, isLatency: true);
        CellRuns[] ill = [.. faulty.Select(cell => new CellRuns(PlanOf(cell, cell.Latency is null ? errors : latency), options.FaultyRuns, options.FaultyRuns))];
        Player.Play(ill, options, played, cancellation);
        return new(
            new(Version, options, Stopwatch.GetElapsedTime(began).TotalSeconds),
            [.. well.Select(cell => new HealthyCell(cell.Plan.Cell.Name, cell.Guard.Count, cell.Guard.TakenBack, cell.Held, cell.Paged, cell.Example))],
            errors,
            latency,
            [.. ill.Select(cell => Faulty(cell, cell.Plan.IsLatency ? latency : errors))],
            [.. ill.Where(IsReference).Select(cell => CurveOf(cell, cell.Plan.IsLatency ? latency : errors))]);
    }

    /// <summary>Version and the first digits of the commit.</summary>
    private static string Version
    {
        get
        {
            const int Digits = 10;
            var version = typeof(Comparer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            var commit = version.IndexOf('+', StringComparison.Ordinal);
            return commit < 0 ? version : version[..Math.Min(version.Length, commit + 1 + Digits)];
        }
    }

    private static ImmutableArray<TunedRule> Tuned(IEnumerable<CellRuns> cells, bool isLatency) =>
        cells.Where(cell => cell.Plan.IsLatency == isLatency).ToList() is { Count: > 0 } kind ? Tuning.Of(kind) : [];

    private static bool IsReference(CellRuns cell) => References.Contains(cell.Plan.Cell.Name);

    private static CellPlan PlanOf(Cell cell, ImmutableArray<TunedRule> rules) => References.Contains(cell.Name)
        ? CellPlan.Full(cell)
        : CellPlan.With(cell, [.. rules.SelectMany(rule => new[] { rule.Default.Setting, rule.Tuned?.Setting }).OfType<RuleSetting>().Distinct()]);

    private static FaultyCell Faulty(CellRuns cell, ImmutableArray<TunedRule> rules)
    {
        var onset = cell.Plan.Cell.Onset.TotalSeconds;
        var peers = ImmutableArray.CreateBuilder<PeerDelay>();
        foreach (var rule in rules)
        {
            peers.Add(new(rule.Default, rule.Tuned == rule.Default, DelayOf(cell, rule.Default.Setting)));
            if (rule.Tuned is { } tuned && tuned != rule.Default)
            {
                peers.Add(new(tuned, true, DelayOf(cell, tuned.Setting)));
            }
        }

        return new(
            cell.Plan.Cell.Name, cell.Plan.IsLatency, onset, Quantiles.Of(cell.Guard, onset), cell.Held, cell.Paged, cell.Example, peers.ToImmutable());
    }

    private static Curve CurveOf(CellRuns cell, ImmutableArray<TunedRule> rules) => new(
        cell.Plan.Cell.Name,
        Quantiles.Of(cell.Guard, cell.Plan.Cell.Onset.TotalSeconds),
        [.. rules.SelectMany(rule => rule.Ladder).Select(rate => new PeerDelay(rate, false, DelayOf(cell, rate.Setting)))]);

    private static Quantiles DelayOf(CellRuns cell, RuleSetting setting)
    {
        var settings = cell.Plan.Settings;
        for (var i = 0; i < settings.Count; i++)
        {
            if (settings[i] == setting)
            {
                return Quantiles.Of(cell.Peers[i], cell.Plan.Cell.Onset.TotalSeconds);
            }
        }

        throw new InvalidOperationException($"{setting.Family} was not tried on {cell.Plan.Cell.Name}.");
    }
}
