using System.Globalization;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>What one expression brought at one moment, or why nothing; every signal with the same expression is read from it.</summary>
internal sealed record QueryReading(PromQl Query, SampleBatch Batch, SampleFrame Frame, string? Problem)
{
    public static QueryReading Blind(PromQl query, string reason) => new(query, new SampleBatch(query.Request), new SampleFrame(), reason);

    /// <summary>The report of a signal.</summary>
    /// <param name="plan">The signal; its request is the query's.</param>
    /// <param name="pods">Pods in scope.</param>
    /// <param name="at">The moment, for telling pods that did not exist yet.</param>
    public SignalReport Report(SignalPlan plan, IEnumerable<PodView> pods, DateTimeOffset at)
    {
        if (Problem is not null)
        {
            return new SignalReport.NoEvidence(plan.Id, Problem);
        }

        var hint = Batch.SeriesWithoutPod == 0
            ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $" ({Batch.SeriesWithoutPod} series carry no label {Query.Request.PodLabel})");
        var absent = ScopeReport.Absent(
            pods, Batch, Frame, at, $"No series of {Query.Request.Metric} came for it{hint}; it had no traffic yet, or is not scraped.");
        return ScopeReport.WithoutBlindness(plan.Assemble(Batch, Frame, absent, Query.Origin));
    }

    /// <summary>Why a batch that did come tells nothing; null when it tells something.</summary>
    public static string? ProblemOf(PromQl query, SampleBatch batch) =>
        ProblemOf(query, query.Origin, batch.RowCount - batch.CompanionCount, batch.SeriesWithoutPod)
        ?? ProblemOf(query, query.CompanionOrigin, batch.CompanionCount, batch.CompanionsWithoutPod);

    private static string? ProblemOf(PromQl query, string origin, int series, int withoutPod) => series > 0 || withoutPod == 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{withoutPod} series of {origin} came, but none has the label ") +
          $"{query.Request.PodLabel}, which must name the pod: add it by relabeling, or set podLabel.";
}
