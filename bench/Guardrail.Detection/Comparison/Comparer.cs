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
    /// <param name="healthy">The healthy cells; the other rules are tuned over those of each kind, and are not tried where there is none.</param>
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
        var tuned = Enum.GetValues<UnderTest>().ToDictionary(kind => kind, kind => new Tuned(well, kind));
        CellRuns[] ill = [.. faulty.Select(cell => new CellRuns(PlanOf(cell, tuned[cell.UnderTest()]), options.FaultyRuns, options.FaultyRuns))];
        Player.Play(ill, options, played, cancellation);
        return new(
            new(Version, options, Stopwatch.GetElapsedTime(began).TotalSeconds),
            [.. well.Select(cell => new HealthyCell(cell.Plan.Cell.Name, cell.Guard.Count, cell.Guard.TakenBack, cell.Held, cell.Paged, cell.Example))],
            tuned[UnderTest.Errors].Rules,
            tuned[UnderTest.Latency].Rules,
            tuned[UnderTest.Business].Rules,
            [.. ill.Where(cell => cell.Plan.Cell.Answer == RightAnswer.RollBack).Select(cell => Faulty(cell, tuned[cell.Plan.Kind]))],
            [.. ill.Where(cell => cell.Plan.Cell.Answer != RightAnswer.RollBack).Select(cell => Attributed(cell, tuned[cell.Plan.Kind]))],
            [.. ill.Where(IsReference).Select(cell => CurveOf(cell, tuned[cell.Plan.Kind].Rules))]);
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

    private static bool IsReference(CellRuns cell) => References.Contains(cell.Plan.Cell.Name);

    private static CellPlan PlanOf(Cell cell, Tuned tuned) => References.Contains(cell.Name)
        ? CellPlan.Full(cell)
        : CellPlan.With(
            cell,
            [.. tuned.Rules.SelectMany(rule => new[] { rule.Default.Setting, rule.Tuned?.Setting }).Concat(tuned.AtHome(cell)).OfType<RuleSetting>().Distinct()]);

    private static FaultyCell Faulty(CellRuns cell, Tuned tuned)
    {
        var onset = cell.Plan.Cell.Onset.TotalSeconds;
        var home = tuned.AtHome(cell.Plan.Cell);
        var peers = ImmutableArray.CreateBuilder<PeerDelay>();
        foreach (var rule in tuned.Rules)
        {
            foreach (var rate in rule.Ladder)
            {
                var (isTuned, isHome) = (rate == rule.Tuned, home.Contains(rate.Setting));
                if (isTuned || isHome || rate.Setting.IsDefault)
                {
                    peers.Add(new(rate, isTuned, DelayOf(cell, rate.Setting))
                    {
                        IsTunedAtHome = isHome,
                        OfService = isHome ? tuned.OfService(rate.Setting, cell.Plan.Cell) : null,
                    });
                }
            }
        }

        return new(
            cell.Plan.Cell.Name, onset, Quantiles.Of(cell.Guard, onset), cell.Held, cell.Paged, cell.Example, peers.ToImmutable());
    }

    private static AttributedCell Attributed(CellRuns cell, Tuned tuned) => new(
        Faulty(cell, tuned), cell.Plan.Cell.Answer, cell.Guard.Count, cell.Answered, cell.MedianCall - cell.Plan.Cell.Onset.TotalSeconds, cell.Told);

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

    /// <summary>The rules of one kind, tuned.</summary>
    private sealed class Tuned
    {
        private readonly CellRuns[] cells;

        public Tuned(IEnumerable<CellRuns> healthy, UnderTest kind)
        {
            cells = [.. healthy.Where(cell => cell.Plan.Kind == kind)];
            Rules = cells.Length == 0 ? [] : Tuning.Of(cells);
        }

        /// <summary>The rules, tuned over all healthy cells.</summary>
        public ImmutableArray<TunedRule> Rules { get; }

        /// <summary>The settings tuned on the calm traffic of a service.</summary>
        public ImmutableArray<RuleSetting> AtHome(Cell faulty) => Tuning.AtHome(cells, faulty);

        /// <summary>What a setting does on all days of a service.</summary>
        public SettingRate? OfService(RuleSetting setting, Cell faulty) => Tuning.OfService(setting, cells, faulty);
    }
}
