using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// The series a signal is made of: one metric, the labels that name the pod, and the labels whose values must be told apart.
/// </summary>
/// <param name="Metric">The metric; a pod without it is unread.</param>
/// <param name="NamespaceLabel">Label that names the pod's namespace.</param>
/// <param name="PodLabel">Label that names the pod.</param>
/// <param name="Labels">Labels whose values must be told apart.</param>
/// <param name="Companion">A second metric with the same labels, brought together with the first; null when there is none.</param>
/// <remarks>Signals with an equal request are served by one query.</remarks>
internal sealed record SeriesRequest(
    string Metric, string NamespaceLabel, string PodLabel, EquatableList<string> Labels, string? Companion = null)
{
    /// <summary>The metric without its companion.</summary>
    public SeriesRequest Alone => Companion is null ? this : this with { Companion = null };

    /// <summary>The companion as a request of its own; null when there is none.</summary>
    public SeriesRequest? OfCompanion => Companion is null ? null : this with { Metric = Companion, Companion = null };

    /// <summary>One request for each metric.</summary>
    public IEnumerable<SeriesRequest> Singles => OfCompanion is { } companion ? [Alone, companion] : [this];
}
