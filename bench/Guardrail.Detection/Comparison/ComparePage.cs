using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Guardrail.Reporting;

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
        yield return WinsAtHome(result);
        foreach (var curve in result.Curves)
        {
            yield return new($"Delay against false rollbacks: {curve.Cell}", string.Empty, CurvePlot(curve, result));
        }

        yield return new(
            "Delay against size", "Error rate of the new revision from 0.1 % upwards, from its first request on, at 1,000 and at 100 requests per second.", EffectPlot(result, 1000, served: false));
        yield return new("Delay against size at 100 requests per second", string.Empty, EffectPlot(result, 100, served: false));
        yield return new("Bad requests served", "What users of the new revision had got when it was taken back, or by the end of the half hour.", EffectPlot(result, 1000, served: true));
        yield return Faulty(result);
        if (!result.Attributed.IsEmpty)
        {
            yield return Attributed(result);
        }

        yield return Healthy(result);
        yield return Rules("Other rules where errors are under test", result.Errors);
        yield return Rules("Other rules where latency is under test", result.Latency);
        yield return Rules("Other rules where orders are under test", result.Business);
    }

    private static ReportSection Wins(CompareResult result)
    {
        var wins = PeerWin.Of(result);
        var text = wins.IsEmpty
            ? "No rule that is tuned to at most one false rollback in a hundred does better than Guardrail in any faulty cell."
            : "Rules tuned to at most one false rollback in a hundred as the mean over the healthy cells (Guardrail stays at its default of one in a thousand in each) that are quicker, or find more.";
        return new("Where others do better", text, Table: wins.IsEmpty ? null : new(
            ["Cell", "Rule [setting]", "How"], [.. wins.Select(win => Row(win.Cell, win.Peer.Name, win.Sentence))]));
    }

    private static ReportSection WinsAtHome(CompareResult result)
    {
        var wins = PeerWin.AtHome(result);
        return new(
            "Where others do better, tuned for one service's calm days",
            wins.IsEmpty
                ? "Not even the best rule that is tuned on the calm traffic of a service alone does better there."
                : "An operator who knows one service and has never seen an outage could turn the knobs further: at most one false rollback in a hundred on the calm traffic of that very service. The best such rule per cell, where it is quicker or finds more, and what it does to healthy releases elsewhere.",
            Table: wins.IsEmpty ? null : new(["Cell", "Rule [setting]", "How"], [.. wins.Select(win => Row(win.Cell, win.Peer.Name, win.Sentence))]));
    }

    private static ReportSection Attributed(CompareResult result) => new(
        "Faults that are not the revision's alone",
        "Here taking the release back is not what is asked for: it ought to be held, and a person called with what is known. The other rules can only take it back or let it be.",
        Table: new(
            ["Cell", "Right", "Held", "Paged", "p50 to the call", "Taken back", "Bad requests", "Rule that takes most back", "Taken back", "What the person is told"],
            [
                .. result.Attributed.Select(cell => Row(
                    cell.Cell.Name,
                    Wording.Percent((double)cell.Right / cell.Runs),
                    Count(cell.Cell.Held),
                    Count(cell.Cell.Paged),
                    Wording.Seconds(cell.MedianCall),
                    Count(cell.Cell.Guard.Detected),
                    Count(cell.Cell.Guard.Bad),
                    cell.Cell.Tuned.MaxBy(peer => peer.Delay.Share)?.Name ?? "–",
                    cell.Cell.Tuned.MaxBy(peer => peer.Delay.Share) is { } most ? Wording.Percent(most.Delay.Share) : "–",
                    cell.Told ?? "nobody is called")),
            ]));

    private static ReportSection Faulty(CompareResult result) => new(
        "Faulty cells",
        "Seconds from onset to decision; found means taken back within half an hour. Tuned: over all healthy cells. At home: on the calm traffic of that service alone.",
        Table: new(
            ["Cell", "Found", "p50 (95 %)", "p90", "Held", "Paged", "Bad requests", "Fastest tuned rule", "p50", "Bad requests", "Fastest at home", "p50", "False on this service's days", "False over all"],
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
                    cell.Fastest is { } other ? Count(other.Delay.Bad) : "–",
                    cell.FastestAtHome?.Name ?? "none finds half",
                    cell.FastestAtHome is { } home ? Wording.Seconds(home.Delay.Median) : "–",
                    cell.FastestAtHome?.OfService is { } days ? Wording.Percent(days.Rate) : "–",
                    cell.FastestAtHome is { } away ? Wording.Percent(away.Rate.Rate) : "–")),
            ]));

    private static ReportSection Healthy(CompareResult result) => new(
        "Healthy cells",
        "Guardrail at its defaults, every detector on, watching all the time. Limits are exact (Clopper and Pearson), one-sided.",
        Table: new(
            ["Cell", "Runs", "Taken back", "Upper 95 % limit", "Held", "Paged"],
            [.. result.Healthy.Select(cell => Row(cell.Name, Count(cell.Runs), Count(cell.False), Wording.Percent(cell.Upper), Count(cell.Held), Count(cell.Paged)))]));

    private static ReportSection Rules(string heading, ImmutableArray<TunedRule> rules) => new(
        heading,
        "Share of healthy releases taken back, as the mean over the healthy cells of this kind and in the worst of them: at the tool's default, and at the setting that fires most easily among those whose mean is at most one in a hundred. The last column is the setting for which even the worst cell is at most one in a hundred.",
        Table: new(
            ["Rule", "Knob", "Default", "Mean", "Worst cell", "Tuned to", "Mean", "Worst cell", "By the worst cell"],
            [
                .. rules.Select(rule => Row(
                    rule.Family,
                    rule.Default.Setting.Knob,
                    Value(rule.Default),
                    Wording.Percent(rule.Default.Rate),
                    Wording.Percent(rule.Default.WorstRate),
                    rule.Tuned is { } tuned ? Value(tuned) : "none will do",
                    rule.Tuned is { } same ? Wording.Percent(same.Rate) : "–",
                    rule.Tuned is { } worst ? Wording.Percent(worst.WorstRate) : "–",
                    rule.TunedInWorst is { } strict ? Value(strict) : "none will do")),
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
        string.Create(CultureInfo.InvariantCulture, $"{peer.Rate.Setting.Knob} {Wording.Knob(peer.Rate.Setting.Value)}{(peer.Rate.Setting.IsDefault ? " (default)" : string.Empty)}, found {peer.Delay.Share:P0} of {curve.Cell}"));

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
            "Other rules tuned to at most one false rollback in a hundred as the mean over the healthy cells, Guardrail at its default of one in a thousand. The line of calm days is the fastest rule that is tuned on the calm traffic of that service alone, whatever it does on its other days."
                + (served ? string.Empty : " The upper edge means not within half an hour in half of the runs."),
            new("error rate of the new revision", IsLogarithmic: true) { Format = AxisTicks.Percent },
            new(served ? "bad requests, mean" : "median delay, seconds", IsLogarithmic: true),
            [
                new("Guardrail, defaults", [.. cells.Select(pair => new PlotPoint(pair.Rate, served ? pair.Cell.Guard.Bad : Cap(pair.Cell.Guard.Median)))], IsOurs: true),
                new("Fastest other rule for calm days", [.. cells
                    .Where(pair => pair.Cell.FastestAtHome is not null)
                    .Select(pair => new PlotPoint(
                        pair.Rate,
                        served ? pair.Cell.FastestAtHome!.Delay.Bad : Cap(pair.Cell.FastestAtHome!.Delay.Median),
                        $"{pair.Cell.FastestAtHome!.Name} {pair.Cell.FastestAtHome!.AtHomePrice}"))]),
                .. peers.GroupBy(pair => pair.Peer.Name).Select(group => new PlotSeries(
                    group.Key, [.. group.Select(pair => new PlotPoint(pair.Rate, served ? pair.Peer.Delay.Bad : Cap(pair.Peer.Delay.Median)))])),
            ]);
    }

    // A plot with every variant of every rule cannot be read; the tables have them all.
    private static bool IsShown(string family) =>
        family is "Argo Rollouts, strict, failureLimit 2" or "Argo Rollouts, every 10 s over 30 s, failureLimit 2"
            or "Flagger, threshold 5" or "Flagger, threshold 10" or "Flagger, threshold 3, every 10 s over 30 s"
            or "CloudWatch 3/3 of 60 s, Missing, canary" or "CloudWatch 3/3 of 10 s, Missing, canary"
            or "Kayenta 5 min growing, 90/75" or "Lindon–Malek k=100" or "mSPRT τ=0.01"
        || family.StartsWith("DKW", StringComparison.Ordinal)
        || family.StartsWith("CUSUM", StringComparison.OrdinalIgnoreCase);

    private static ImmutableArray<string> Row(params string[] cells) => [.. cells];

    private static string Value(SettingRate rate) => Wording.Knob(rate.Setting.Value);

    private static string Count(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^0\.10 % → ([\d.]+) % at (\d+) rps$")]
    private static partial Regex StepName();
}
