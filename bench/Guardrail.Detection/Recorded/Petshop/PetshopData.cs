using Guardrail.Detection.Recorded.Csv;

namespace Guardrail.Detection.Recorded.Petshop;

/// <summary>One service's bin of five minutes, with exact counts.</summary>
/// <param name="Issue">The issue it was recorded in; empty in a recording without issue.</param>
/// <param name="At">Start of the bin.</param>
/// <param name="Service">The service.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Errors">Errors among them.</param>
/// <param name="Latency">Latencies in milliseconds; a part is null when it could not be told.</param>
public sealed record ServiceBin(string Issue, DateTimeOffset At, string Service, long Requests, long Errors, BinLatency Latency);

/// <summary>Latencies of a bin in milliseconds.</summary>
/// <param name="Average">Average.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile.</param>
public readonly record struct BinLatency(double? Average, double? P50, double? P90, double? P95, double? P99);

/// <summary>What an issue was, for scoring only.</summary>
/// <param name="Issue">The issue.</param>
/// <param name="Metric">latency or availability.</param>
/// <param name="Onset">When it began.</param>
/// <param name="Target">The service where it shows.</param>
/// <param name="RootCause">The service that caused it.</param>
public sealed record IssueLabel(string Issue, string Metric, DateTimeOffset Onset, string Target, string RootCause);

/// <summary>A shop on AWS: long recordings without issue and short ones with a labelled issue each.</summary>
/// <param name="Quiet">Bins without issue, by recording.</param>
/// <param name="Issues">Bins of the recordings with an issue.</param>
/// <param name="Labels">What each issue was.</param>
public sealed record PetshopData(
    IReadOnlyDictionary<string, IReadOnlyList<ServiceBin>> Quiet, IReadOnlyList<ServiceBin> Issues, IReadOnlyList<IssueLabel> Labels)
{
    private static readonly string[] BinColumns =
        ["ts", "service", "requests", "errors", "lat_average", "lat_p50", "lat_p90", "lat_p95", "lat_p99"];

    private static readonly string[] IssueColumns = [.. BinColumns, "issue"];

    private static readonly string[] LabelColumns = ["issue", "metric", "onset_ts", "target", "root_cause", "change"];

    /// <summary>Reads every <c>*_noissue.csv</c>, and <c>issues.csv</c> with <c>labels.csv</c> where they are.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="RecordedDataException">A file is missing or not of this form.</exception>
    public static PetshopData Read(string folder)
    {
        var quiet = RecordedFiles.Matching(folder, "*_noissue");
        var issues = RecordedFiles.Find(folder, "issues.csv");
        if (quiet.Count == 0 && issues is null)
        {
            throw new RecordedDataException($"{folder} holds neither a *_noissue.csv nor an issues.csv (or the same with .gz).");
        }

        return new(
            quiet.ToDictionary(RecordedFiles.Stem, path => CsvFile.Read(path, BinColumns, row => Bin(row, string.Empty)), StringComparer.Ordinal),
            issues is null ? [] : CsvFile.Read(issues, IssueColumns, row => Bin(row, row.Name(9))),
            issues is null ? [] : CsvFile.Read(RecordedFiles.One(folder, "labels.csv"), LabelColumns, Label));
    }

    private static ServiceBin Bin(CsvRow row, string issue)
    {
        var (requests, errors) = (row.Count(2), row.Count(3));
        return errors > requests
            ? throw row.Wrong(3, $"at most the {requests} requests of its row")
            : new(
                issue,
                row.Seconds(0),
                row.Name(1),
                requests,
                errors,
                new(row.OptionalNumber(4), row.OptionalNumber(5), row.OptionalNumber(6), row.OptionalNumber(7), row.OptionalNumber(8)));
    }

    private static IssueLabel Label(CsvRow row) => new(row.Name(0), row.Name(1), row.Seconds(2), row.Name(3), row.Name(4));
}
