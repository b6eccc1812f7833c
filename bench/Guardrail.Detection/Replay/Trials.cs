using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Detection.Comparison;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Replay;

/// <summary>What came of one replayed rollout.</summary>
/// <param name="Delay">Seconds from the onset to the rollback; infinity when it was not taken back.</param>
/// <param name="IsEarly">Whether it was taken back before the onset.</param>
/// <param name="Requests">Requests of the new revision from the onset to the rollback.</param>
/// <param name="IsHeld">Whether it was held.</param>
/// <param name="IsPaged">Whether a person was called.</param>
/// <param name="Reason">Why.</param>
internal sealed record TrialOutcome(double Delay, bool IsEarly, long Requests, bool IsHeld, bool IsPaged, string Reason)
{
    /// <summary>Whether it was taken back.</summary>
    public bool IsTakenBack => IsEarly || double.IsFinite(Delay);

    /// <summary>Whether it was found: taken back after the onset.</summary>
    public bool IsFound => !IsEarly && double.IsFinite(Delay);
}

/// <summary>Rollouts made from recorded counts.</summary>
internal static class Trials
{
    /// <summary>How long the new revision serves like the old one before the fault sets in: longer than the warm-up that is left out.</summary>
    private const double LeadSeconds = 120;

    /// <summary>
    /// Plays one: the old revision before it; then both with ordinary requests until the warm-up is over; then the new revision with the fault.
    /// </summary>
    /// <param name="shape">How the rollout is made up.</param>
    /// <param name="before">The ticks before.</param>
    /// <param name="during">Ordinary ticks of the old revision: as many as wanted.</param>
    /// <param name="ordinary">Ordinary ticks of the new revision: as many as wanted.</param>
    /// <param name="fault">Ticks of the new revision with the fault; all are played, and nothing more.</param>
    /// <param name="random">Deals requests out to pods.</param>
    public static TrialOutcome Play(
        ReplayShape shape, IEnumerable<Batch> before, IEnumerable<Batch> during, IEnumerable<Batch> ordinary, IEnumerable<Batch> fault, RandomSource random)
    {
        var guard = new ReplayGuard(shape, random);
        foreach (var batch in before)
        {
            guard.Before(batch);
        }

        var lead = (int)Math.Ceiling(LeadSeconds / shape.Tick.TotalSeconds);
        using var control = during.GetEnumerator();
        foreach (var batch in ordinary.Take(lead))
        {
            Tick(guard, control, batch, shape);
        }

        var (early, served) = (guard.IsDecided, guard.CanaryRequests);
        foreach (var batch in fault)
        {
            if (!guard.IsDecided)
            {
                Tick(guard, control, batch, shape);
            }
        }

        var outcome = guard.Outcome;
        return new(
            outcome.RolledBackAt is { } at && !early ? at - (lead * shape.Tick.TotalSeconds) : double.PositiveInfinity,
            early,
            guard.CanaryRequests - served,
            outcome.HeldAt is not null,
            outcome.PagedAt is not null,
            outcome.Reason);
    }

    /// <summary>A list again and again from some element on.</summary>
    public static IEnumerable<Batch> Cycle(IReadOnlyList<Batch> list, int from)
    {
        for (var i = from; ; i = (i + 1) % list.Count)
        {
            yield return list[i % list.Count];
        }
    }

    /// <summary>A row that tells how many of such rollouts were found, and when.</summary>
    public static ImmutableArray<KeyValuePair<string, object?>> Power(string name, IReadOnlyCollection<TrialOutcome> outcomes, params (string Name, object? Value)[] first)
    {
        var found = outcomes.Where(outcome => outcome.IsFound).ToList();
        var delays = outcomes.Select(outcome => outcome.IsEarly ? double.PositiveInfinity : outcome.Delay).Order().ToList();
        var requests = outcomes.Select(outcome => outcome.IsFound ? outcome.Requests : double.PositiveInfinity).Order().ToList();
        return SetTable.Row([
            ("what", name),
            .. first,
            ("rollouts", outcomes.Count),
            ("found", found.Count),
            ("early", outcomes.Count(outcome => outcome.IsEarly)),
            ("held", outcomes.Count(outcome => outcome.IsHeld)),
            ("paged", outcomes.Count(outcome => outcome.IsPaged)),
            ("p50 seconds", Median(delays)),
            ("p50 requests", Median(requests))]);
    }

    /// <summary>A row that tells how many rollouts without fault were taken back all the same.</summary>
    public static ImmutableArray<KeyValuePair<string, object?>> False(string name, IReadOnlyCollection<TrialOutcome> outcomes)
    {
        var taken = outcomes.Count(outcome => outcome.IsTakenBack);
        return SetTable.Row(
            ("what", name),
            ("rollouts", outcomes.Count),
            ("taken back", taken),
            ("upper 95 %", outcomes.Count == 0 ? null : Math.Round(ClopperPearson.Upper(taken, outcomes.Count), 5)),
            ("held", outcomes.Count(outcome => outcome.IsHeld)),
            ("paged", outcomes.Count(outcome => outcome.IsPaged)),
            ("example", outcomes.FirstOrDefault(outcome => outcome.IsTakenBack)?.Reason ?? string.Empty));
    }

    /// <summary>Plays numbered rollouts over all cores, each with its own randomness.</summary>
    public static ImmutableArray<TrialOutcome> All(string name, int count, Func<int, RandomSource, TrialOutcome> play) =>
        [.. ParallelEnumerable.Range(0, count).AsOrdered().Select(i => play(i, new(1, string.Create(CultureInfo.InvariantCulture, $"{name}/{i}"))))];

    private static double? Median(List<double> sorted) => sorted.Count > 0 && double.IsFinite(sorted[sorted.Count / 2]) ? sorted[sorted.Count / 2] : null;

    private static void Tick(ReplayGuard guard, IEnumerator<Batch> control, Batch fresh, ReplayShape shape)
    {
        var old = control.MoveNext() ? control.Current : Batch.None(shape.Edges.Length);
        guard.During(old, fresh);
    }
}
