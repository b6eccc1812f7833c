namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>How a namespace for drills, and everything that a drill makes in it, is marked.</summary>
internal static class DrillMarks
{
    /// <summary>Label of a namespace in which drills may be played, with the value <see cref="Allowed"/>.</summary>
    public const string NamespaceLabel = "guardrail.dev/drills";

    /// <summary>Value of <see cref="NamespaceLabel"/>.</summary>
    public const string Allowed = "allowed";

    /// <summary>Label of everything that a drill makes; its value names the drill.</summary>
    public const string Label = "guardrail.dev/drill";

    /// <summary>Label of pods and templates: the revision, as the scenario names it.</summary>
    public const string Revision = "guardrail.dev/drill-revision";

    /// <summary>ConfigMap that a namespace has while a drill is played in it: owner of everything, lock and kill switch.</summary>
    public const string Marker = "guardrail-drill";

    /// <summary>Annotation of the marker: when its drill was last seen alive.</summary>
    public const string RenewedAt = "guardrail.dev/renewed-at";

    /// <summary>Port of the pods.</summary>
    public const int Port = 8080;
}
