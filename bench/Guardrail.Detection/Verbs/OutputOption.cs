using System.CommandLine;

namespace Guardrail.Detection.Verbs;

/// <summary>What is written to standard output.</summary>
public enum OutputKind
{
    /// <summary>Tables for people.</summary>
    Table,

    /// <summary>JSON for programs.</summary>
    Json,
}

/// <summary><c>--output</c>.</summary>
internal static class OutputOption
{
    public static Option<OutputKind> Make() => new("--output", "-o") { Description = "table (default), or json: what never happens is null, delays are seconds from the onset, rates go from 0 to 1.", DefaultValueFactory = _ => OutputKind.Table };
}
