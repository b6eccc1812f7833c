using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Detection.Recorded.Nezha;
using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Replay;

/// <summary>Replays injected faults of about three minutes as if a new revision had them, beside ordinary minutes of the old one.</summary>
internal static class NezhaReplay
{
    private const double FaultSeconds = 180;
    private const string Front = "frontend";
    private const double HistorySeconds = 600;
    private const double BeforeSeconds = 600;
    private const double HalfSeconds = 900;
    private const double NewShare = 0.25;
    private const int Halves = 200;

    private const string About =
        "The recording has no rollouts. A new pod gets the requests of a fault's three minutes, three old ones those of the ordinary ticks last recorded before it, again and again; for two minutes "
        + "first it has a quarter of those. Single requests: ticks of 5 s, latency only. Front: ticks of 60 s, success and quantiles, requests from the front's rate. A fault that does not show at "
        + "the front cannot be found here. Split: a quarter of the same ordinary ticks on the new pod, for a quarter of an hour.";

    private static readonly ImmutableArray<double> Edges = LatencyModel.DefaultEdges;

    /// <summary>The report.</summary>
    public static SetReport Report(NezhaData data)
    {
        var tables = ImmutableArray.CreateBuilder<SetTable>();
        if (Requests(data) is { } requests)
        {
            tables.Add(requests.Faults);
            tables.Add(requests.Ordinary);
        }

        var front = FrontMinutes(data);
        tables.Add(front.Faults);
        tables.Add(front.Ordinary);
        return new("nezha", About, tables.ToImmutable());
    }

    private static (SetTable Faults, SetTable Ordinary)? Requests(NezhaData data)
    {
        const double Seconds = 5;
        var ticks = data.Requests.GroupBy(request => request.At.ToUnixTimeMilliseconds() / (long)(Seconds * 1000)).ToDictionary(
            group => DateTimeOffset.FromUnixTimeMilliseconds(group.Key * (long)(Seconds * 1000)), group => Batch.Of([.. group.Select(request => request.Seconds)], Edges));
        return ticks.Count == 0 ? null : Play(data, "single requests", ticks, new(TimeSpan.FromSeconds(Seconds), Edges, false, 3, 1, false), data.Requests[0].At);
    }

    private static (SetTable Faults, SetTable Ordinary) FrontMinutes(NezhaData data)
    {
        var rates = data.Pods.Where(pod => pod.Pod.StartsWith(Front, StringComparison.Ordinal) && pod.PerSecond is not null)
            .GroupBy(pod => Minute(pod.At)).ToDictionary(group => group.Key, group => group.Sum(pod => pod.PerSecond!.Value));
        var ticks = new Dictionary<DateTimeOffset, Batch>();
        foreach (var row in data.Front)
        {
            if (rates.TryGetValue(Minute(row.At), out var rate) && row.SuccessPercent is { } success)
            {
                // A row is told at the end of its minute.
                var requests = (long)Math.Round(rate * 60);
                ticks[Minute(row.At).AddMinutes(-1)] = new(requests, (long)Math.Round(requests * (1 - (success / 100))), Slower(row, requests));
            }
        }

        return Play(data, "front", ticks, new(TimeSpan.FromSeconds(60), Edges, true, 3, 1, false), DateTimeOffset.MinValue);
    }

    private static ImmutableArray<long> Slower(FrontMinute row, long requests)
    {
        List<(double Slower, double Seconds)> known = [];
        foreach (var (slower, seconds) in new[] { (0.5, row.P50), (0.1, row.P90), (0.05, row.P95), (0.01, row.P99) })
        {
            if (seconds is { } time)
            {
                known.Add((slower, time));
            }
        }

        return QuantileCounts.Slower(requests, known, Edges);
    }

    private static (SetTable Faults, SetTable Ordinary) Play(NezhaData data, string name, Dictionary<DateTimeOffset, Batch> ticks, ReplayShape shape, DateTimeOffset from)
    {
        var inOrder = ticks.OrderBy(tick => tick.Key).ToList();
        var ordinary = inOrder.Where(tick => !data.Faults.Any(fault => Overlaps(fault, tick.Key, shape.Tick))).ToList();
        var faults = data.Faults.Where(fault => fault.At >= from)
            .Select(fault => new Injected(
                fault,
                [.. ordinary.Where(tick => tick.Key < fault.At).Select(tick => tick.Value).TakeLast((int)(BeforeSeconds / shape.Tick.TotalSeconds))],
                [.. inOrder.Where(tick => Inside(fault, tick.Key)).Select(tick => tick.Value)]))
            .Where(injected => injected is { Before.Count: > 0, During.Count: > 0 })
            .ToList();
        var outcomes = Trials.All($"nezha {name}", faults.Count, (i, random) => PlayFault(faults[i], shape, random));
        var rows = faults.Zip(outcomes, (injected, outcome) => Trials.Power(
            injected.Fault.Kind,
            [outcome],
            ("pod", injected.Fault.Pod),
            ("at", injected.Fault.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            ("errors", Share(injected.During, batch => batch.Errors)),
            ("above 1 s", Share(injected.During, batch => batch.Slower[Edges.IndexOf(1)]))));
        var all = Trials.Power("all", outcomes, ("pod", string.Empty), ("at", string.Empty), ("errors", null), ("above 1 s", null));
        var calm = ordinary.ConvertAll(tick => tick.Value);
        var well = Trials.All($"nezha {name} ordinary", calm.Count == 0 ? 0 : Halves, (i, random) => PlayHalf(calm, i * calm.Count / Halves, shape, random));
        return (new($"{name}: faults", [.. rows, all]), new($"{name}: ordinary requests split in two", [Trials.False("ordinary", well)]));
    }

    private static TrialOutcome PlayFault(Injected injected, ReplayShape shape, RandomSource random)
    {
        // The new pod has its share of the same ordinary ticks until the fault sets in, and then those of the fault.
        var parts = injected.Before.ConvertAll(batch => batch.Split(NewShare, random));
        return Trials.Play(
            shape,
            Trials.Cycle(injected.Before, 0).Take((int)(HistorySeconds / shape.Tick.TotalSeconds)),
            Trials.Cycle(parts.ConvertAll(part => part.Second), 0),
            Trials.Cycle(parts.ConvertAll(part => part.First), 0),
            injected.During,
            random);
    }

    private static TrialOutcome PlayHalf(List<Batch> calm, int from, ReplayShape shape, RandomSource random)
    {
        var ticks = (int)(HalfSeconds / shape.Tick.TotalSeconds);
        var history = (int)(HistorySeconds / shape.Tick.TotalSeconds);
        var parts = Trials.Cycle(calm, from + history).Take(ticks).Select(batch => batch.Split(NewShare, random)).ToList();
        var lead = (int)Math.Ceiling(120 / shape.Tick.TotalSeconds);
        return Trials.Play(
            shape, Trials.Cycle(calm, from).Take(history), parts.Select(part => part.Second), parts.Select(part => part.First), parts.Skip(lead).Select(part => part.First), random);
    }

    private static double Share(List<Batch> ticks, Func<Batch, long> bad) => Math.Round((double)ticks.Sum(bad) / Math.Max(1, ticks.Sum(tick => tick.Requests)), 4);

    private static bool Inside(InjectedFault fault, DateTimeOffset tick) => tick >= fault.At && tick < fault.At.AddSeconds(FaultSeconds);

    private static bool Overlaps(InjectedFault fault, DateTimeOffset tick, TimeSpan length) =>
        tick + length > fault.At.AddSeconds(-5) && tick < fault.At.AddSeconds(FaultSeconds + 60);

    private sealed record Injected(InjectedFault Fault, List<Batch> Before, List<Batch> During);

    private static DateTimeOffset Minute(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / 60 * 60);
}
