namespace Guardrail.Cli;

/// <summary>The name by which people start this program: as itself, or as a plugin of kubectl.</summary>
internal static class InvokedAs
{
    /// <summary>Name of the file that makes it a plugin of kubectl.</summary>
    public const string Plugin = "kubectl-guardrail";

    private const string Arguments = "/proc/self/cmdline";

    /// <summary>What people type: <c>guardrail</c> or <c>kubectl guardrail</c>.</summary>
    public static string Current { get; } = NameOf(Started());

    /// <summary>The name for a file.</summary>
    /// <param name="path">Path by which the program was started; null when that is not known.</param>
    public static string NameOf(string? path) =>
        Path.GetFileNameWithoutExtension(path) == Plugin ? "kubectl guardrail" : "guardrail";

    /// <summary>The runtime knows a link's target only; a plugin is often a link.</summary>
    private static string? Started()
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText(Arguments).Split('\0')[0] : Environment.ProcessPath;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Environment.ProcessPath;
        }
    }
}
