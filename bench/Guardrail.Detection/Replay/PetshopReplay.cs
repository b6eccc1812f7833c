using System.Collections.Immutable;
using Guardrail.Detection.Recorded.Petshop;
using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Replay;

/// <summary>Replays the shop on AWS: its quiet hours split in two, and its issues beside its quiet hours.</summary>
internal static class PetshopReplay
{
    private const int HistoryBins = 12;
    private const int RolloutBins = 24;
    private const int Splits = 4;

    private const string About =
        "Bins of 300 s. Split: an hour without issue, then two hours in which a tenth of the same requests goes to one new pod beside nine old ones; such a rollout per service "
        + "and three hours, dealt four times. Issue: the requests of the issue's service go to one new pod, those of a quiet recording to nine old ones. "
        + "Latency is read off the recorded quantiles between which it is taken to follow a power law.";

    private static readonly ImmutableArray<double> Edges = LatencyModel.DefaultEdges;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(300);

    /// <summary>The report.</summary>
    public static SetReport Report(PetshopData data)
    {
        var tables = ImmutableArray.CreateBuilder<SetTable>();
        var quiet = data.Quiet.SelectMany(recording => recording.Value.GroupBy(bin => bin.Service, StringComparer.Ordinal)
            .Select(service => (Recording: recording.Key, Service: service.Key, Bins: Series(service)))).ToList();
        if (quiet.Count > 0)
        {
            tables.Add(new("split of quiet hours", [Trials.False("requests and errors", Halves(quiet, [])), Trials.False("with latency", Halves(quiet, Edges))]));
        }

        if (data.Labels.Count > 0)
        {
            tables.Add(new("issues", [.. data.Labels.Select(label => Issue(label, data, quiet))]));
        }

        return new("petshop", About, tables.ToImmutable());
    }

    private static ImmutableArray<TrialOutcome> Halves(IReadOnlyList<(string Recording, string Service, List<Batch> Bins)> quiet, ImmutableArray<double> edges)
    {
        var windows = quiet
            .SelectMany(series => Enumerable.Range(0, series.Bins.Count / (HistoryBins + RolloutBins)).Select(i => series.Bins.Skip(i * (HistoryBins + RolloutBins)).Take(HistoryBins + RolloutBins).ToList()))
            .ToList();
        return Trials.All("petshop split", windows.Count * Splits, (number, random) => Half(windows[number / Splits], edges, random));
    }

    private static TrialOutcome Half(List<Batch> window, ImmutableArray<double> edges, RandomSource random)
    {
        var known = window.Select(bin => edges.IsEmpty ? bin with { Slower = [] } : bin).ToList();
        var parts = known.Skip(HistoryBins).Select(bin => bin.Split(0.1, random)).ToList();
        var fresh = parts.Select(part => part.First).ToList();
        return Trials.Play(Shape(edges), known.Take(HistoryBins), parts.Select(part => part.Second), fresh.Take(1), fresh.Skip(1), random);
    }

    private static ReplayShape Shape(ImmutableArray<double> edges) => new(Tick, edges, true, 9, 1, false);

    private static ImmutableArray<KeyValuePair<string, object?>> Issue(IssueLabel label, PetshopData data, IReadOnlyList<(string Recording, string Service, List<Batch> Bins)> quiet)
    {
        var bins = data.Issues.Where(bin => bin.Issue == label.Issue && bin.Service == label.Target && bin.At.Add(Tick) > label.Onset).ToList();
        var beside = quiet.Where(series => series.Service == label.Target)
            .OrderByDescending(series => CommonPrefix(series.Recording, label.Issue))
            .FirstOrDefault();
        TrialOutcome? outcome = null;
        if (bins.Count > 0 && beside.Bins is { Count: > HistoryBins })
        {
            var from = beside.Bins.Count / 2;
            outcome = Trials.Play(
                Shape(Edges),
                Trials.Cycle(beside.Bins, 0).Take(HistoryBins),
                Trials.Cycle(beside.Bins, HistoryBins),
                Trials.Cycle(beside.Bins, from).Take(1),
                Series(bins),
                new(1, label.Issue));
        }

        return SetTable.Row(
            ("issue", label.Issue),
            ("metric", label.Metric),
            ("bins", bins.Count),
            ("verdict", outcome is null ? "no quiet recording of this service" : outcome.IsEarly ? "early" : outcome.IsFound ? "found" : outcome.IsPaged ? "paged" : outcome.IsHeld ? "held" : "missed"),
            ("seconds", outcome is { IsFound: true } ? outcome.Delay : null),
            ("requests", outcome is { IsFound: true } ? outcome.Requests : null),
            ("reason", outcome?.Reason ?? string.Empty));
    }

    private static List<Batch> Series(IEnumerable<ServiceBin> bins) => [.. bins.OrderBy(bin => bin.At).Select(BatchOf)];

    private static Batch BatchOf(ServiceBin bin)
    {
        var latency = bin.Latency;
        List<(double Slower, double Seconds)> known = [];
        foreach (var (slower, milliseconds) in new[] { (0.5, latency.P50), (0.1, latency.P90), (0.05, latency.P95), (0.01, latency.P99) })
        {
            if (milliseconds is { } time)
            {
                known.Add((slower, time / 1000));
            }
        }

        return new(bin.Requests, bin.Errors, QuantileCounts.Slower(bin.Requests, known, Edges));
    }

    private static int CommonPrefix(string first, string second) => first.Zip(second).TakeWhile(pair => pair.First == pair.Second).Count();
}
