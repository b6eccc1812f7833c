namespace Guardrail.Cli.Output;

/// <summary>What a command prints on standard output.</summary>
internal enum OutputFormat
{
    /// <summary>Text for people.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>One YAML document.</summary>
    Yaml,
}
