using System.Collections.Immutable;
using Guardrail.Detection.Recorded.Shapes;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Replay;

/// <summary>Replays real shapes of traffic and errors that must not alarm, as rollouts of a revision that is as good as the old one.</summary>
internal static class ShapesReplay
{
    private const int HistoryMinutes = 20;
    private const int RolloutMinutes = 30;

    /// <summary>Requests a minute for a series that counts errors alone.</summary>
    private const long RequestsOfErrors = 1000;

    private const string About =
        "Every series is cut into pieces of 50 minutes: 20 before, 30 of a rollout, once with a tenth of the requests on one new pod beside nine old ones, once with all pods replaced at once. "
        + "A series whose values are mostly 0 counts errors, among 1,000 requests a minute; every other counts requests, without errors. Arrivals are counted in ticks of 5 s.";

    /// <summary>The report.</summary>
    public static SetReport Report(ShapesData data)
    {
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<KeyValuePair<string, object?>>>();
        foreach (var series in data.Minutes)
        {
            var countsErrors = series.Points.Count(point => point.Value <= 0) > series.Points.Count / 2;
            List<Batch> batches = [.. series.Points.Select(point => countsErrors ? Errors(point.Value) : new Batch(Count(point.Value), 0, []))];
            Add(series.Name, batches, TimeSpan.FromSeconds(60), countsErrors ? "errors" : "requests");
        }

        foreach (var series in data.Arrivals)
        {
            Add(series.Name, InTicks(series.Arrivals, 5), TimeSpan.FromSeconds(5), "requests");
        }

        return new("shapes", About, [new("alarms", rows.ToImmutable())]);

        void Add(string name, List<Batch> batches, TimeSpan tick, string counts)
        {
            rows.Add(Trials.False($"{name} ({counts}), canary 10 %", Pieces(name, batches, tick, replaces: false)));
            rows.Add(Trials.False($"{name} ({counts}), replaced at once", Pieces(name, batches, tick, replaces: true)));
        }
    }

    private static ImmutableArray<TrialOutcome> Pieces(string name, List<Batch> batches, TimeSpan tick, bool replaces)
    {
        var (history, length) = ((int)(HistoryMinutes * 60 / tick.TotalSeconds), (int)((HistoryMinutes + RolloutMinutes) * 60 / tick.TotalSeconds));
        var shape = new ReplayShape(tick, [], true, replaces ? 4 : 9, replaces ? 4 : 1, replaces);
        return Trials.All($"{name} {replaces}", batches.Count / length, (i, random) => Piece(shape, batches.GetRange(i * length, length), history, random));
    }

    private static TrialOutcome Piece(ReplayShape shape, List<Batch> piece, int history, RandomSource random)
    {
        var parts = piece.Skip(history).Select(batch => shape.Replaces ? (First: batch, Second: Batch.None(0)) : batch.Split(0.1, random)).ToList();
        return Trials.Play(shape, piece.Take(history), parts.Select(part => part.Second), [], parts.Select(part => part.First), random);
    }

    private static List<Batch> InTicks(IReadOnlyList<DateTimeOffset> arrivals, int seconds)
    {
        if (arrivals.Count == 0)
        {
            return [];
        }

        var (first, last) = (Tick(arrivals[0]), Tick(arrivals[^1]));
        var counts = new long[last - first + 1];
        foreach (var arrival in arrivals)
        {
            counts[Tick(arrival) - first]++;
        }

        return [.. counts.Select(count => new Batch(count, 0, []))];

        long Tick(DateTimeOffset at) => at.ToUnixTimeSeconds() / seconds;
    }

    private static Batch Errors(double value) => new(Math.Max(RequestsOfErrors, Count(value)), Count(value), []);

    private static long Count(double value) => (long)Math.Round(Math.Max(0, value));
}
