namespace Guardrail.Kubernetes.Records;

/// <summary>How much a record may hold. The API server takes objects of 1.5 MB at most.</summary>
public static class RecordLimits
{
    /// <summary>Decisions of the timeline.</summary>
    public const int Timeline = 64;

    /// <summary>Intents kept; those without outcome are never dropped.</summary>
    public const int Intents = 32;

    /// <summary>Signals of a record.</summary>
    public const int Signals = 128;

    /// <summary>Characters of a sentence.</summary>
    public const int Text = 1024;

    /// <summary>Characters of a checkpoint's data; a longer one is not written.</summary>
    public const int Checkpoint = 512 * 1024;

    /// <summary>Cuts a sentence to what a record holds.</summary>
    public static string Cut(string text) => text.Length <= Text ? text : text[..(Text - 1)] + "…";
}
