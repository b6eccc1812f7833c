namespace Guardrail.Detection.Verbs;

/// <summary>How the program ends.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>The data given cannot be read; the reason is on standard error.</summary>
    public const int BadData = 2;
}
