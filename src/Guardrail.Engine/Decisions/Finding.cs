using System.Globalization;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Decisions;

/// <summary>Says in counts what one detector found.</summary>
internal static class Finding
{
    /// <summary>Probability that an interval shown to people ever misses the rate.</summary>
    private const double IntervalAlpha = 0.05;

    /// <summary>Requests at which such an interval is tightest; fixed, for it must not be chosen by looking.</summary>
    private const double IntervalOptimum = 10_000;

    /// <summary>Evidence below which nothing points to a rollback, in nats: more than the first tick's prior has been lost.</summary>
    private const double PointsNowhere = -1;

    /// <summary>Most requests that are still worth a forecast.</summary>
    private const double MostRequestsNeeded = 1e9;

    /// <summary>Name of the finding: the signal, or what is watched beside the signals.</summary>
    public static string Name(Detector detector) => detector.Kind switch
    {
        DetectorKind.RequestShare => "requests",
        DetectorKind.Volume => "volume",
        DetectorKind.Impact => "impact",
        _ => detector.Signal.Name,
    };

    /// <summary>The finding in words.</summary>
    public static string Of(Detector detector, int index, in TwoArmTally tally, RolloutId rollout) => detector.Kind switch
    {
        DetectorKind.Comparison when tally is { CanaryTotal: 0 } or { ControlTotal: 0 } => $"{detector.Signal}: not compared yet",
        DetectorKind.Comparison => Compared(detector, index, tally, rollout),
        DetectorKind.RequestShare => Text(
            $"requests: {tally.CanaryEvents:N0} reached the pods of {rollout.To}, where those of {rollout.From} lead to expect {Expected(tally):N0}"),
        DetectorKind.Volume => Text(
            $"volume: {Quantity.Of(tally.CanaryEvents, "requests")} in {tally.CanaryTotal / 1000.0:0} s, where the hour before leads to expect at least {tally.ControlEvents:N0}"),
        DetectorKind.PodLifecycle => Text(
            $"pods: {Quantity.Of(tally.CanaryEvents, "restarts or losses of readiness")} in {tally.CanaryTotal / 60000.0:0.0} pod-minutes of {rollout.To}, {tally.ControlEvents:N0} in {tally.ControlTotal / 60000.0:0.0} of {rollout.From}"),
        DetectorKind.AfterRollout => Text(
            $"{detector.Signal}: {Held(detector, index, tally)} of {rollout.To} since {rollout.From} is gone ({Percent(tally.CanaryEvents, tally.CanaryTotal)}), {Before(detector, index)}"),
        _ => Text(
            $"impact: {Held(detector, index, tally)} of {detector.Of} since this rollout began ({Percent(tally.CanaryEvents, tally.CanaryTotal)}), {Before(detector, index)}"),
    };

    /// <summary>The whole comparison, or only its newest minute when the difference is much plainer there.</summary>
    public static TwoArmTally Telling(Detector detector, int index)
    {
        var all = detector.Totals.All(index);
        var recent = detector.Totals.Recent(index);
        return detector.Kind == DetectorKind.Volume || Share(recent) > 1.5 * Share(all) ? recent : all;

        static double Share(in TwoArmTally t) => t.CanaryTotal == 0 ? 0 : (double)t.CanaryEvents / t.CanaryTotal;
    }

    /// <summary>What is counted.</summary>
    public static string What(Detector detector, int index) => detector.Kind switch
    {
        DetectorKind.RequestShare or DetectorKind.Volume => "requests",
        DetectorKind.PodLifecycle => "restarts or losses of readiness",
        _ when !detector.Parameters.Edges.IsDefaultOrEmpty =>
            string.Create(CultureInfo.InvariantCulture, $"answers slower than {detector.Parameters.Edges[index]:0.###} s"),
        _ when detector is ComparisonDetector { CountsGood: true } => "events",
        _ => "errors",
    };

    /// <summary>Interval, valid at any time, of an arm's rate; null when that is no share of requests or there are none.</summary>
    public static Interval? RateOf(Detector detector, int index, long events, long total) =>
        total <= 0 || events > total || detector.Kind is DetectorKind.RequestShare or DetectorKind.Volume or DetectorKind.PodLifecycle
            ? null
            : RateInterval.For(events, total, IntervalAlpha, IntervalOptimum, detector.Parameters.Dispersion[index]);

    /// <summary>
    /// Requests of the new revision until the strongest signal would suffice for a rollback, if it goes on as lately; null when it would not, or
    /// nothing speaks against the revision.
    /// </summary>
    public static double? RequestsNeeded(EvidenceBook evidence, double budget)
    {
        double? least = null;
        var threshold = Statistics.Evidence.RollbackThreshold(budget);
        foreach (var detector in evidence.Detectors)
        {
            if (detector.LogEvidence > PointsNowhere && detector.RequestsNeeded(threshold) is > 0 and < MostRequestsNeeded and var needed)
            {
                least = Math.Min(least ?? needed, needed);
            }
        }

        return least;
    }

    public static string Percent(long part, long whole) => whole == 0 ? "no requests" : Percent((double)part / whole);

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Expected(in TwoArmTally tally) =>
        tally.ControlTotal == 0 ? 0 : (double)tally.ControlEvents / tally.ControlTotal * tally.CanaryTotal;

    private static string Compared(Detector detector, int index, in TwoArmTally tally, RolloutId rollout)
    {
        var what = What(detector, index);
        var range = RateOf(detector, index, tally.CanaryEvents, tally.CanaryTotal) is { } rate ? $", {Percent(rate.Lower)} to {Percent(rate.Upper)}" : "";
        return Text(
            $"{detector.Signal}: {Quantity.Of(tally.CanaryEvents, what)} in {Quantity.Of(tally.CanaryTotal, "requests")} of {rollout.To} ({Percent(tally.CanaryEvents, tally.CanaryTotal)}{range}), {tally.ControlEvents:N0} in {tally.ControlTotal:N0} of {rollout.From} ({Percent(tally.ControlEvents, tally.ControlTotal)})");
    }

    private static string Held(Detector detector, int index, in TwoArmTally tally) =>
        Text($"{Quantity.Of(tally.CanaryEvents, What(detector, index))} in {Quantity.Of(tally.CanaryTotal, "requests")}");

    private static string Before(Detector detector, int index) => $"before it were at most {Percent(detector.Parameters.Forecast[index])}";
}
