namespace Guardrail.Simulation.Pods;

/// <summary>Where the endpoint takes the metrics of the pods from. Used by many requests at once.</summary>
public interface IPodMetrics
{
    /// <summary>The pods whose processes run now.</summary>
    IReadOnlyList<PodTarget> Targets { get; }

    /// <summary>The metrics of a pod, brought up to now.</summary>
    /// <param name="namespace">Namespace of the pod.</param>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="format">The format asked for.</param>
    /// <returns>The text; null when no such process runs, or it does not answer.</returns>
    string? Scrape(string @namespace, string pod, ExpositionFormat format);
}

/// <summary>A pod that can be scraped.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Pod">Its name.</param>
/// <param name="Service">Name of its service.</param>
public sealed record PodTarget(string Namespace, string Pod, string Service);
