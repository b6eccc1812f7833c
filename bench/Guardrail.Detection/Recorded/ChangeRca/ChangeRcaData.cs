using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Detection.Recorded.Csv;

namespace Guardrail.Detection.Recorded.ChangeRca;

/// <summary>Recorded Kubernetes rollouts of Online Boutique, several services at a time, at most one of them defective.</summary>
/// <param name="Rollouts">The rollouts.</param>
/// <param name="Pods">Minutes of pods.</param>
/// <param name="Edges">Minutes of edges.</param>
public sealed record ChangeRcaData(IReadOnlyList<RecordedRollout> Rollouts, IReadOnlyList<PodMinute> Pods, IReadOnlyList<EdgeMinute> Edges)
{
    private static readonly string[] RolloutColumns =
        ["case", "service", "bad", "fault", "release_ts", "first_ready_ts", "replicas", "steps", "case_end_ts", "paper_detect_ts"];

    private static readonly string[] PodColumns = ["case", "service", "version", "pod", "source", "ts", "success_pct", "latency_ms"];

    private static readonly string[] EdgeColumns = ["case", "reporter", "edge", "ts", "success_pct"];

    /// <summary>Reads <c>rollouts.csv</c>, <c>pods.csv</c> and <c>edges.csv</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="RecordedDataException">A file is missing or not of this form.</exception>
    public static ChangeRcaData Read(string folder) => new(
        CsvFile.Read(RecordedFiles.One(folder, "rollouts.csv"), RolloutColumns, Rollout),
        CsvFile.Read(RecordedFiles.One(folder, "pods.csv"), PodColumns, Pod),
        CsvFile.Read(RecordedFiles.One(folder, "edges.csv"), EdgeColumns, Edge));

    private static RecordedRollout Rollout(CsvRow row) => new(
        row.Name(0),
        row.Name(1),
        new(row.Flag(2), row.Text(3), row.OptionalSeconds(9)),
        row.Seconds(4),
        row.Seconds(5),
        (int)Math.Min(row.Count(6), 10_000),
        Steps(row, 7),
        row.Seconds(8));

    private static PodMinute Pod(CsvRow row) => new(
        row.Name(0),
        row.Name(1),
        row.Text(2) switch { "v1" => false, "v2" => true, _ => throw row.Wrong(2, "v1 or v2") },
        row.Name(3),
        row.Name(4),
        row.Seconds(5),
        row.OptionalPercent(6),
        row.OptionalNumber(7));

    private static EdgeMinute Edge(CsvRow row)
    {
        var (caller, callee) = row.Name(2).Split('_') is [{ Length: > 0 } from, { Length: > 0 } to]
            ? (from, to)
            : throw row.Wrong(2, "an edge such as frontend_checkoutservice");
        var reporter = row.Text(1) switch
        {
            "src" => EdgeReporter.Source,
            "dst" => EdgeReporter.Destination,
            _ => throw row.Wrong(1, "src or dst"),
        };
        return new(row.Name(0), reporter, caller, callee, row.Seconds(3), row.OptionalPercent(4));
    }

    private static ImmutableArray<RolloutStep> Steps(CsvRow row, int column)
    {
        var steps = ImmutableArray.CreateBuilder<RolloutStep>();
        foreach (var step in row.Name(column).Split(';'))
        {
            if (step.Split(':', '/') is not [var at, var old, var fresh]
                || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                || seconds > 10_000_000_000
                || !int.TryParse(old, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
                || !int.TryParse(fresh, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
            {
                throw row.Wrong(column, "a list of steps such as 1695398261:4/1;1695399341:3/2");
            }

            steps.Add(new(DateTimeOffset.FromUnixTimeSeconds(seconds), before, after));
        }

        return steps.ToImmutable();
    }
}
