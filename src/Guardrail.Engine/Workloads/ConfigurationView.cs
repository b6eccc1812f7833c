namespace Guardrail.Engine.Workloads;

/// <summary>What is known of the ConfigMaps (and Secrets) that a known good revision reads, compared with what they held when it became so.</summary>
/// <param name="Revision">The revision; what is known of it says nothing of another.</param>
/// <param name="Restored">What has changed since and would go back with the revision, by name; null when nothing.</param>
/// <param name="Left">What has changed since and would stay as it is now, by name and with the reason; null when nothing.</param>
/// <param name="Unknown">Why it cannot be told; null when it can.</param>
public sealed record ConfigurationView(RevisionId Revision, string? Restored = null, string? Left = null, string? Unknown = null);
