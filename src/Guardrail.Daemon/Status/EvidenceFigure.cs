using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>How the evidence came about, as a picture.</summary>
internal static class EvidenceFigure
{
    private const double Lowest = -1;

    /// <summary>The picture; nothing before there are two points.</summary>
    public static Markup Of(RolloutPicture rollout)
    {
        var (status, threshold) = (rollout.Status, rollout.Status.RollbackThreshold);
        var points = status.Path.Where(p => double.IsFinite(p.LogEvidence))
            .Select(p => new PlotPoint((p.At - status.StartedAt).TotalSeconds, p.LogEvidence)).ToList();
        if (points.Count < 2)
        {
            return Markup.Nothing;
        }

        var hold = Statistics.Evidence.HoldThreshold;
        return ReportParts.Figure(
            new Plot(
                "Evidence against the new revision",
                "In nats, the logarithm of an e-value: a revision that is no worse ever lifts it to x with a probability of at most e to the power of −x.",
                new PlotAxis("since its first pod") { IsTime = true, Format = seconds => Words.Duration(TimeSpan.FromSeconds(seconds)) },
                new PlotAxis("evidence, nats") { Low = Lowest, High = 1.3 * threshold },
                [new PlotSeries("all signals", [.. points], IsOurs: true) { HasMarks = false, Look = 1 }])
            {
                Thresholds = [new(threshold, $"taken back from {Words.Nats(threshold)} on"), new(hold, $"held from {Words.Nats(hold)} on")],
                IsDirect = true,
            },
            860,
            300);
    }
}
