using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// The series a signal is made of: one metric, the labels that name the pod, and the labels whose values must be told apart.
/// </summary>
/// <remarks>Signals with an equal request are served by one query.</remarks>
internal sealed record SeriesRequest(string Metric, string NamespaceLabel, string PodLabel, EquatableList<string> Labels);
