using Guardrail.Detection.Recorded.Csv;

namespace Guardrail.Detection.Recorded.Nezha;

/// <summary>A fault that was injected, for scoring only.</summary>
/// <param name="At">When; it lasted about three minutes.</param>
/// <param name="Pod">Into which pod.</param>
/// <param name="Kind">Kind of fault.</param>
public sealed record InjectedFault(DateTimeOffset At, string Pod, string Kind);

/// <summary>The front's minute.</summary>
/// <param name="At">End of the minute.</param>
/// <param name="SuccessPercent">Requests that succeeded; null when there were none.</param>
/// <param name="P50">Median latency in seconds.</param>
/// <param name="P90">90th percentile in seconds.</param>
/// <param name="P95">95th percentile in seconds.</param>
/// <param name="P99">99th percentile in seconds.</param>
public sealed record FrontMinute(DateTimeOffset At, double? SuccessPercent, double? P50, double? P90, double? P95, double? P99);

/// <summary>A pod's minute.</summary>
/// <param name="At">End of the minute.</param>
/// <param name="Pod">The pod.</param>
/// <param name="PerSecond">Requests per second; null when it could not be told.</param>
/// <param name="P99Milliseconds">99th percentile of the latency in milliseconds; null when there were no requests.</param>
public sealed record PodRate(DateTimeOffset At, string Pod, double? PerSecond, double? P99Milliseconds);

/// <summary>A single request.</summary>
/// <param name="At">When it began.</param>
/// <param name="Seconds">How long it took.</param>
public readonly record struct TimedRequest(DateTimeOffset At, double Seconds);

/// <summary>Online Boutique with injected faults of about three minutes.</summary>
/// <param name="Faults">The faults.</param>
/// <param name="Front">Minutes of the front.</param>
/// <param name="Pods">Minutes of pods.</param>
/// <param name="Requests">Single requests in the order in which they began; empty when there are none.</param>
public sealed record NezhaData(
    IReadOnlyList<InjectedFault> Faults, IReadOnlyList<FrontMinute> Front, IReadOnlyList<PodRate> Pods, IReadOnlyList<TimedRequest> Requests)
{
    private static readonly string[] FaultColumns = ["day", "inject_time", "pod", "type"];

    private static readonly string[] FrontColumns = ["day", "time", "success_pct", "p50_s", "p90_s", "p95_s", "p99_s"];

    private static readonly string[] PodColumns = ["day", "time", "pod", "ops", "srv_p90_ms", "srv_p95_ms", "srv_p99_ms"];

    private static readonly string[] RequestColumns = ["start_ms", "dur_us", "file"];

    /// <summary>Reads <c>faults.csv</c>, <c>front_service.csv</c>, <c>pods.csv</c> and every <c>*_requests_*.csv</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="RecordedDataException">A file is missing or not of this form.</exception>
    public static NezhaData Read(string folder) => new(
        CsvFile.Read(RecordedFiles.One(folder, "faults.csv"), FaultColumns, row => new InjectedFault(row.Moment(1), row.Name(2), row.Name(3))),
        CsvFile.Read(
            RecordedFiles.One(folder, "front_service.csv"),
            FrontColumns,
            row => new FrontMinute(
                row.Moment(1), row.OptionalPercent(2), row.OptionalNumber(3), row.OptionalNumber(4), row.OptionalNumber(5), row.OptionalNumber(6))),
        CsvFile.Read(
            RecordedFiles.One(folder, "pods.csv"),
            PodColumns,
            row => new PodRate(row.Moment(1), row.Name(2), row.OptionalNumber(3), row.OptionalNumber(6))),
        [.. RecordedFiles.Matching(folder, "*_requests_*").SelectMany(path => CsvFile.Read(path, RequestColumns, Request)).OrderBy(request => request.At)]);

    private static TimedRequest Request(CsvRow row) => new(
        row.Count(0) is < 10_000_000_000_000 and var start ? DateTimeOffset.FromUnixTimeMilliseconds(start) : throw row.Wrong(0, "milliseconds since 1970"),
        row.Count(1) / 1e6);
}
