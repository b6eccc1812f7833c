using System.Collections.Immutable;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Ports;

/// <summary>Where raw counters come from. A source never throws for a fault of the metrics system: it reports NoEvidence with the reason.</summary>
public interface IMetricSource
{
    /// <summary>Name for people and for logs, such as <c>Prometheus at http://prometheus:9090</c>.</summary>
    string Name { get; }

    /// <summary>Whether the source keeps history, so that <see cref="BackfillAsync"/> can answer.</summary>
    bool KeepsHistory { get; }

    /// <summary>Reads the latest counters of every pod in scope: one request per signal, whatever the number of pods (a scrape: one per pod).</summary>
    /// <param name="scope">Signals and pods.</param>
    /// <param name="cancellationToken">Ends the read; then, and only then, it throws <see cref="OperationCanceledException"/>.</param>
    ValueTask<MetricReport> ReadAsync(MetricScope scope, CancellationToken cancellationToken);

    /// <summary>Reads what the counters were in the past, in ascending time, one report per step; empty when the source keeps no history.</summary>
    /// <param name="scope">Signals and pods.</param>
    /// <param name="from">First moment, inclusive.</param>
    /// <param name="until">Last moment, inclusive.</param>
    /// <param name="step">Distance between two reports, above zero.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    IAsyncEnumerable<MetricReport> BackfillAsync(
        MetricScope scope, DateTimeOffset from, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken);
}

/// <summary>What a metric source is asked for.</summary>
/// <param name="Signals">Signals to read.</param>
/// <param name="Namespaces">Namespaces of the guarded workloads; a query is confined to them.</param>
/// <param name="Pods">Pods of the guarded workloads, with their scrape targets; a source that queries by namespace need not look at them.</param>
public sealed record MetricScope(
    EquatableList<SignalDefinition> Signals, ImmutableSortedSet<string> Namespaces, IReadOnlyCollection<PodView> Pods);
