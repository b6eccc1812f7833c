using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Guardrail.Detection.Reporting;

namespace Guardrail.Detection.Comparison;

/// <summary>The comparison as a page with plots.</summary>
internal static partial class ComparePage
{
    private const double Horizon = 1800;

    public static string Render(CompareResult result) => ReportPage.Render(
        "How fast a bad release is found, and how often a good one is taken back",
        $"Guardrail and the rules of other tools watch the same simulated rollouts, tick by tick, of a service with a 10 % canary unless a cell says otherwise. {result.Origin.Sentence} Again with: {result.Origin.Command}",
        Sections(result));

    private static IEnumerable<ReportSection> Sections(CompareResult result)
    {
        yield return new("What is to be shown", string.Empty, Table: new(
            ["Claim", "Holds", "Measured"], [.. Claims.Of(result).Select(claim => Row(claim.Text, claim.Holds ? "yes" : "no", claim.Measured))]));
        yield return Wins(result);
        foreach (var curve in result.Curves)
        {
            yield return new($"Delay against false rollbacks: {curve.Cell}", string.Empty, CurvePlot(curve, result));
        }

        yield return new(
            "Delay against size", "Error rate of the new revision from 0.1 % upwards, from its first request on, at 1,000 and at 100 requests per second.", EffectPlot(result, 1000, served: false));
        yield return new("Delay against size at 100 requests per second", string.Empty, EffectPlot(result, 100, served: false));
        yield return new("Bad requests served", "What users of the new revision had got when it was taken back, or by the end of the half hour.", EffectPlot(result, 1000, served: true));
        yield return Faulty(result);
        yield return Healthy(result);
        yield return Rules("Other rules where errors are under test", result.Errors);
        yield return Rules("Other rules where latency is under test", result.Latency);
    }

    private static ReportSection Wins(CompareResult result)
    {
        var wins = PeerWin.Of(result);
        var text = wins.IsEmpty
            ? "No rule that is tuned to at most one false rollback in a hundred does better than Guardrail in any faulty cell."
            : "Rules tuned to at most one false rollback in a hundred (Guardrail stays at its default of one in a thousand) that are quicker, or find more.";
        return new("Where others do better", text, Table: wins.IsEmpty ? null : new(
            ["Cell", "Rule [setting]", "How"], [.. wins.Select(win => Row(win.Cell, win.Peer.Name, win.How))]));
    }

    private static ReportSection Faulty(CompareResult result) => new(
        "Faulty cells",
        "Seconds from onset to decision; found means taken back within half an hour. A page is the right answer where one pod is bad or both revisions are.",
        Table: new(
            ["Cell", "Found", "p50 (95 %)", "p90", "Held", "Paged", "Bad requests", "Fastest tuned rule", "p50", "Bad requests"],
            [
                .. result.Faulty.Select(cell => Row(
                    cell.Name,
                    Wording.Percent(cell.Guard.Share),
                    Wording.Delay(cell.Guard),
                    Wording.Seconds(cell.Guard.P90),
                    Count(cell.Held),
                    Count(cell.Paged),
                    Count(cell.Guard.Bad),
                    cell.Fastest?.Name ?? "none finds half",
                    cell.Fastest is { } peer ? Wording.Seconds(peer.Delay.Median) : "–",
                    cell.Fastest is { } other ? Count(other.Delay.Bad) : "–")),
            ]));

    private static ReportSection Healthy(CompareResult result) => new(
        "Healthy cells",
        "Guardrail at its defaults, every detector on, watching all the time. Limits are exact (Clopper and Pearson), one-sided.",
        Table: new(
            ["Cell", "Runs", "Taken back", "Upper 95 % limit", "Held", "Paged"],
            [.. result.Healthy.Select(cell => Row(cell.Name, Count(cell.Runs), Count(cell.False), Wording.Percent(cell.Upper), Count(cell.Held), Count(cell.Paged)))]));

    private static ReportSection Rules(string heading, ImmutableArray<TunedRule> rules) => new(
        heading,
        "Share of all healthy runs taken back at the tool's default, and at the setting that fires most easily among those with at most one in a hundred.",
        Table: new(
            ["Rule", "Knob", "Default", "False", "Tuned to", "False", "Worst cell when tuned"],
            [
                .. rules.Select(rule => Row(
                    rule.Family,
                    rule.Default.Setting.Knob,
                    Value(rule.Default),
                    Wording.Percent(rule.Default.Rate),
                    rule.Tuned is { } tuned ? Value(tuned) : "none will do",
                    rule.Tuned is { } same ? Wording.Percent(same.Rate) : "–",
                    rule.Tuned is { False: > 0 } worst ? $"{Wording.Percent(worst.WorstRate)} in {worst.WorstCell}" : "–")),
            ]));

    private static Plot CurvePlot(Curve curve, CompareResult result)
    {
        var runs = result.Healthy.Sum(cell => cell.Runs);
        var ours = (double)result.Healthy.Sum(cell => cell.False) / runs;
        var kind = curve.Settings.GroupBy(peer => peer.Rate.Setting.Family).Where(group => IsShown(group.Key));
        return new(
            curve.Cell,
            "One line per rule, one mark per setting of its knob. Left is rarer false rollbacks, down is faster. The left edge means none in the runs played; the upper edge, not within half an hour in half of the runs.",
            new("healthy releases taken back", IsLogarithmic: true) { Format = AxisTicks.Percent },
            new("median delay, seconds", IsLogarithmic: true),
            [
                new("Guardrail, defaults", [new(Floor(ours, runs), Cap(curve.Guard.Median))], IsOurs: true),
                .. kind.Select(group => new PlotSeries(group.Key, [.. group.OrderBy(peer => peer.Rate.Rate).Select(peer => Point(peer, curve, runs))])),
            ]);
    }

    private static PlotPoint Point(PeerDelay peer, Curve curve, int runs) => new(
        Floor(peer.Rate.Rate, runs),
        Cap(peer.Delay.Median),
        string.Create(CultureInfo.InvariantCulture, $"{peer.Rate.Setting.Knob} {peer.Rate.Setting.Value:G4}{(peer.Rate.Setting.IsDefault ? " (default)" : string.Empty)}, found {peer.Delay.Share:P0} of {curve.Cell}"));

    // None at all is drawn in one place for every rule, left of what one in all of Guardrail's runs would be, however many runs a rule had.
    private static double Floor(double rate, int runs) => Math.Max(rate, 0.3 / runs);

    private static double Cap(double seconds) => double.IsFinite(seconds) ? seconds : Horizon;

    private static Plot EffectPlot(CompareResult result, int rps, bool served)
    {
        var cells = result.Faulty
            .Select(cell => (Cell: cell, Match: StepName().Match(cell.Name)))
            .Where(pair => pair.Match.Success && int.Parse(pair.Match.Groups[2].Value, CultureInfo.InvariantCulture) == rps)
            .Select(pair => (pair.Cell, Rate: double.Parse(pair.Match.Groups[1].Value, CultureInfo.InvariantCulture) / 100))
            .OrderBy(pair => pair.Rate)
            .ToList();
        var peers = cells.SelectMany(pair => pair.Cell.Peers.Where(peer => peer.IsTuned && IsShown(peer.Rate.Setting.Family)).Select(peer => (pair.Rate, Peer: peer)));
        return new(
            served ? "Bad requests" : $"Delay at {rps} requests per second",
            "Other rules tuned to at most one false rollback in a hundred, Guardrail at its default of one in a thousand."
                + (served ? string.Empty : " The upper edge means not within half an hour in half of the runs."),
            new("error rate of the new revision", IsLogarithmic: true) { Format = AxisTicks.Percent },
            new(served ? "bad requests, mean" : "median delay, seconds", IsLogarithmic: true),
            [
                new("Guardrail, defaults", [.. cells.Select(pair => new PlotPoint(pair.Rate, served ? pair.Cell.Guard.Bad : Cap(pair.Cell.Guard.Median)))], IsOurs: true),
                .. peers.GroupBy(pair => pair.Peer.Name).Select(group => new PlotSeries(
                    group.Key, [.. group.Select(pair => new PlotPoint(pair.Rate, served ? pair.Peer.Delay.Bad : Cap(pair.Peer.Delay.Median)))])),
            ]);
    }

    // A plot with every variant of every rule cannot be read; the tables have them all.
    private static bool IsShown(string family) =>
        family is "Argo Rollouts, strict, failureLimit 2" or "Flagger, threshold 5" or "Flagger, threshold 1"
        || family.StartsWith("CloudWatch 3/3, Missing, canary", StringComparison.Ordinal)
        || family.StartsWith("Kayenta 5 min sliding, 75", StringComparison.Ordinal)
        || family.StartsWith("Lindon", StringComparison.Ordinal)
        || family.StartsWith("mSPRT", StringComparison.Ordinal)
        || family.StartsWith("DKW", StringComparison.Ordinal)
        || family.StartsWith("CUSUM", StringComparison.OrdinalIgnoreCase);

    private static ImmutableArray<string> Row(params string[] cells) => [.. cells];

    private static string Value(SettingRate rate) => rate.Setting.Value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Count(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^0\.10 % → ([\d.]+) % at (\d+) rps$")]
    private static partial Regex StepName();
}
