using System.Collections.Immutable;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>
/// A rollout from shortly before its beginning until shortly after its decision, for programs that draw it: the numbers behind the plots of the report. All
/// lists have the same length, one place per moment.
/// </summary>
public sealed record RolloutSeries
{
    /// <summary>Most moments of one rollout.</summary>
    public const int MostMoments = 500;

    /// <summary>Most rollouts of one play.</summary>
    public const int MostRollouts = 50;

    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Revision that served before.</summary>
    public required string From { get; init; }

    /// <summary>Revision rolled out.</summary>
    public required string To { get; init; }

    /// <summary>When the Deployment was changed.</summary>
    public required TimeSpan BegunAt { get; init; }

    /// <summary>When it was taken back, or else when its watch ended, another rollout replaced it or the run was over.</summary>
    public required TimeSpan DecidedAt { get; init; }

    /// <summary>The moments: ends of ticks, in order of time.</summary>
    public required ImmutableArray<TimeSpan> At { get; init; }

    /// <summary>Pods of the old revision.</summary>
    public required ArmSeries Control { get; init; }

    /// <summary>Pods of the new revision.</summary>
    public required ArmSeries Canary { get; init; }

    /// <summary>Evidence against the new revision, in nats; null while it is not watched.</summary>
    public required ImmutableArray<double?> Evidence { get; init; }

    /// <summary>From where on it is held.</summary>
    public required ImmutableArray<double?> HoldAt { get; init; }

    /// <summary>From where on it is taken back.</summary>
    public required ImmutableArray<double?> RollBackAt { get; init; }

    /// <summary>Where it stands: Waiting, Comparing, Held, RollingBack, NeedsPerson, Contested or Ended; null while it is not watched.</summary>
    public required ImmutableArray<string?> Phase { get; init; }

    /// <summary>
    /// The rollouts of a run, in order of time; of more than <see cref="MostRollouts"/> those about which most was done, and then those that did most harm.
    /// </summary>
    /// <param name="run">The run, with its timeline; without one there are none.</param>
    public static ImmutableArray<RolloutSeries> Of(ScenarioRun run) =>
    [
        .. ReportRollout.ByWeight(run).Take(MostRollouts).OrderBy(r => r.BegunAt).Select(r => RolloutSpan.Of(run, r)).OfType<RolloutSpan>().Select(Of),
    ];

    private static RolloutSeries Of(RolloutSpan span)
    {
        List<Place> all = [];
        var (old, fresh) = (default(ArmTotals), default(ArmTotals));
        var compared = span.Compared.SkipWhile(t => t.Canary is { Pods: 0, Requests: 0 }).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var tick in span.Ticks)
        {
            if (compared.Contains(tick))
            {
                (old, fresh) = (old.And(tick.Control), fresh.And(tick.Canary));
            }

            var evidence = tick.At > span.Rollout.BegunAt && tick.Evidence is { } e && e.To == span.Rollout.To ? e : null;
            all.Add(new(tick, evidence, old, fresh));
        }

        var kept = Thinned(all);
        return new()
        {
            Service = span.Rollout.Service,
            From = span.Rollout.From,
            To = span.Rollout.To,
            BegunAt = span.Rollout.BegunAt,
            DecidedAt = span.Decided,
            At = [.. kept.Select(p => p.Tick.At)],
            Control = ArmSeries.Of([.. kept.Select(p => (Pods(p.Tick) - Fresh(p.Tick), p.Old))]),
            Canary = ArmSeries.Of([.. kept.Select(p => (Fresh(p.Tick), p.Fresh))]),
            Evidence = [.. kept.Select(p => Number(p.Evidence?.Log))],
            HoldAt = [.. kept.Select(p => Number(p.Evidence?.HoldAt))],
            RollBackAt = [.. kept.Select(p => Number(p.Evidence?.RollBackAt))],
            Phase = [.. kept.Select(p => p.Evidence?.Phase)],
        };

        // Until the rollout begins, the newest revision is that of an earlier one.
        int Fresh(ServiceTick tick) => tick.At > span.Rollout.BegunAt ? tick.Canary?.Pods ?? 0 : 0;
        static int Pods(ServiceTick tick) => tick.Control.Pods + (tick.Canary?.Pods ?? 0);
    }

    /// <summary>The counts are totals, so that none is lost with a moment that is left out; of the evidence the extremes are kept.</summary>
    private static List<Place> Thinned(List<Place> all)
    {
        if (all.Count <= MostMoments)
        {
            return all;
        }

        var telling = Thinning.Keep([.. all.Select((p, i) => new PlotPoint(i, p.Evidence?.Log ?? 0))], MostMoments);
        return [.. telling.Select(point => all[(int)point.X])];
    }

    private static double? Number(double? nats) => nats is { } finite && double.IsFinite(finite) ? Math.Round(finite, 4) : null;

    private sealed record Place(ServiceTick Tick, EvidenceTick? Evidence, ArmTotals Old, ArmTotals Fresh);
}

/// <summary>What the pods of one revision served, summed up from the moment on at which the new revision first serves, until the decision.</summary>
/// <param name="Pods">Pods that were ready.</param>
/// <param name="Requests">Requests answered so far.</param>
/// <param name="Errors">Of them, answered 5xx.</param>
/// <param name="Lower">Lower end of the 95 % interval of the error rate that holds at every moment at once; null without requests.</param>
/// <param name="Upper">Its upper end.</param>
public sealed record ArmSeries(
    ImmutableArray<int> Pods, ImmutableArray<long> Requests, ImmutableArray<long> Errors, ImmutableArray<double?> Lower, ImmutableArray<double?> Upper)
{
    internal static ArmSeries Of(ImmutableArray<(int Pods, ArmTotals Totals)> moments)
    {
        var intervals = moments.Select(m => m.Totals.Interval()).ToList();
        return new(
            [.. moments.Select(m => m.Pods)],
            [.. moments.Select(m => m.Totals.Requests)],
            [.. moments.Select(m => m.Totals.Errors)],
            [.. intervals.Select(i => i is var (low, _) ? (double?)Math.Round(low, 6) : null)],
            [.. intervals.Select(i => i is var (_, high) ? (double?)Math.Round(high, 6) : null)]);
    }
}
