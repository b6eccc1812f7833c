using System.Collections.Immutable;
using Guardrail.Detection.Cells;

namespace Guardrail.Detection.Comparison;

/// <summary>How often a setting takes healthy releases back.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Runs">Healthy runs over all cells.</param>
/// <param name="False">How many were taken back.</param>
/// <param name="WorstCell">The cell in which that happened most.</param>
/// <param name="WorstRate">Share of that cell's runs.</param>
internal sealed record SettingRate(RuleSetting Setting, int Runs, int False, string WorstCell, double WorstRate)
{
    /// <summary>Share of the runs that were taken back: the mean over the healthy cells, which are all played equally often.</summary>
    public double Rate => Runs == 0 ? 0 : (double)False / Runs;

    /// <summary>The rate of a setting over cells.</summary>
    public static SettingRate Of(RuleSetting setting, int index, IReadOnlyList<CellRuns> cells)
    {
        var worst = cells.MaxBy(cell => (double)cell.Peers[index].TakenBack / cell.PeerRuns)!;
        return new(
            setting,
            cells.Sum(cell => cell.PeerRuns),
            cells.Sum(cell => cell.Peers[index].TakenBack),
            worst.Plan.Cell.Name,
            (double)worst.Peers[index].TakenBack / worst.PeerRuns);
    }
}

/// <summary>One rule: its settings with their rates, the default, and the one that it is tuned to.</summary>
/// <param name="Family">Name of the rule.</param>
/// <param name="Default">At its default.</param>
/// <param name="Tuned">
/// The setting that fires most easily among those with at most one false rollback in a hundred, as the mean over the healthy cells; null when none has.
/// </param>
/// <param name="TunedInWorst">The same with at most one in a hundred in every single healthy cell; null when none has.</param>
/// <param name="Ladder">Every setting, from the one that fires most easily.</param>
internal sealed record TunedRule(string Family, SettingRate Default, SettingRate? Tuned, SettingRate? TunedInWorst, ImmutableArray<SettingRate> Ladder);

/// <summary>Tunes the rules over the healthy cells.</summary>
internal static class Tuning
{
    /// <summary>Highest accepted share of healthy releases that a tuned rule takes back.</summary>
    public const double MostFalse = 0.01;

    /// <summary>Every rule over the cells of one kind, which have all settings.</summary>
    public static ImmutableArray<TunedRule> Of(IReadOnlyList<CellRuns> cells)
    {
        var rates = cells[0].Plan.Settings.Select((setting, index) => SettingRate.Of(setting, index, cells)).ToList();
        return
        [
            .. rates.GroupBy(rate => rate.Setting.Index).OrderBy(group => group.Key).Select(group =>
            {
                // A default that is no step of the ladder came last; it is tried like any other but has no place in its order.
                var ladder = group.ToImmutableArray();
                return new TunedRule(
                    group.First().Setting.Family,
                    group.First(rate => rate.Setting.IsDefault),
                    ladder.FirstOrDefault(rate => rate.Rate <= MostFalse),
                    ladder.FirstOrDefault(rate => rate.WorstRate <= MostFalse),
                    ladder);
            }),
        ];
    }

    /// <summary>
    /// For each rule the setting that fires most easily among those with at most one false rollback in a hundred on the calm traffic of one service:
    /// what an operator would choose who knows that service and has never seen an outage. Empty when no healthy cell is like it.
    /// </summary>
    /// <param name="cells">Healthy cells of one kind, which have all settings.</param>
    /// <param name="faulty">The service, with its defect.</param>
    public static ImmutableArray<RuleSetting> AtHome(IReadOnlyList<CellRuns> cells, Cell faulty)
    {
        var home = cells.Where(cell => cell.Plan.Cell.IsCalmTwinOf(faulty)).ToList();
        return home.Count == 0
            ? []
            :
            [
                .. home[0].Plan.Settings
                    .Select((setting, index) => SettingRate.Of(setting, index, home))
                    .GroupBy(rate => rate.Setting.Index)
                    .Select(group => group.FirstOrDefault(rate => rate.WorstRate <= MostFalse)?.Setting)
                    .OfType<RuleSetting>(),
            ];
    }

    /// <summary>How often a setting takes healthy releases of one service back on all its days, calm or not; null when there are no such cells.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="cells">Healthy cells of one kind, which have all settings.</param>
    /// <param name="faulty">The service, with its defect.</param>
    public static SettingRate? OfService(RuleSetting setting, IReadOnlyList<CellRuns> cells, Cell faulty)
    {
        var days = cells.Where(cell => cell.Plan.Cell.IsADayOf(faulty)).ToList();
        var index = days.Count == 0 ? -1 : days[0].Plan.Settings.ToList().IndexOf(setting);
        return index < 0 ? null : SettingRate.Of(setting, index, days);
    }
}
