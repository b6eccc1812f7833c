using System.Collections.Immutable;
using Guardrail.Engine.Detectors;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>Evidence against a rollout and the thresholds at which it is held and taken back.</summary>
internal static class EvidencePlot
{
    private const int MostPoints = 320;
    private const int MostSignals = 3;
    private const double Lowest = -2;

    // None of those of the two revisions.
    private static readonly ImmutableArray<int> SignalLooks = [3, 4, 7];

    /// <summary>The plot; null when the rollout was never watched.</summary>
    public static Plot? Of(RolloutSpan span)
    {
        var watched = span.Ticks.Where(t => t.At > span.Rollout.BegunAt && t.Evidence is { } e && e.To == span.Rollout.To).ToList();
        if (watched.Count == 0)
        {
            return null;
        }

        var last = watched[^1].Evidence!;
        var strongest = watched.SelectMany(t => t.Evidence!.Signals).GroupBy(Name).Select(g => (Name: g.Key, Most: g.Max(s => s.Log)))
            .Where(s => s.Most > 0.5).OrderByDescending(s => s.Most).ThenBy(s => s.Name, StringComparer.Ordinal).Take(MostSignals).ToList();
        var most = watched.Max(t => t.Evidence!.Log);
        return new(
            "Evidence against the new revision",
            $"In nats, the logarithm of an e-value: a revision that is no worse ever lifts it to x with a probability of at most e to the power of -x. The whole is a weighted mean of the signals, so one alone can stand above it{Beyond(most, last.RollBackAt)}.",
            SpanAxis.Of(span),
            new("evidence, nats") { Low = Lowest, High = Math.Max(1.3 * last.RollBackAt, Math.Min(most, 2.5 * last.RollBackAt)) },
            [
                new("all signals", Line(t => t.Log), IsOurs: true) { HasMarks = false, Look = 1 },
                .. strongest.Select((s, i) => new PlotSeries(
                    s.Name, Line(t => t.Signals.Where(signal => Name(signal) == s.Name).Select(signal => signal.Log).DefaultIfEmpty(double.NaN).Max())) { HasMarks = false, Look = SignalLooks[i] }),
            ])
        {
            Thresholds =
            [
                new(last.RollBackAt, $"taken back from {ReportText.Nats(last.RollBackAt)} on"),
                new(last.HoldAt, $"held from {ReportText.Nats(last.HoldAt)} on"),
            ],
            Moments = SpanAxis.Moments(span),
            IsDirect = true,
        };

        ImmutableArray<PlotPoint> Line(Func<EvidenceTick, double> value) =>
            Thinning.Keep([.. watched.Select(t => new PlotPoint(t.At.TotalSeconds, value(t.Evidence!)))], MostPoints);
    }

    private static string Beyond(double most, double threshold) =>
        most > 2.5 * threshold ? $"; it rose to {ReportText.Nats(most)}, beyond the upper edge" : "";

    /// <summary>A signal's name and what it looks at, short enough for the end of a line.</summary>
    private static string Name(SignalEvidence signal) => signal.Kind switch
    {
        DetectorKind.Comparison => signal.Signal,
        DetectorKind.RequestShare => "requests per pod",
        DetectorKind.Volume => "volume",
        DetectorKind.PodLifecycle => "pods",
        DetectorKind.AfterRollout => $"{signal.Signal}, since before",
        _ => $"{signal.Signal} of {signal.Of ?? "others"}",
    };
}
