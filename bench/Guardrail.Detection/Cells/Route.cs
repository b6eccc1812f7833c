namespace Guardrail.Detection.Cells;

/// <summary>A part of a service's requests with a character of its own.</summary>
/// <param name="Name">Value of the label that tells routes apart.</param>
/// <param name="Share">Share of the requests, above 0; the shares of a service add up to 1.</param>
/// <param name="ErrorRate">Share of them that fails in a healthy pod, 0 to 1.</param>
/// <param name="LatencyFactor">Factor on the latency of the service, above 0.</param>
public sealed record Route(string Name, double Share, double ErrorRate, double LatencyFactor);
