using Serilog.Events;

namespace Guardrail.Daemon.Hosting;

/// <summary>How the log is written, to standard error.</summary>
/// <param name="Format">Text for people, or one JSON object a line for machines.</param>
/// <param name="Level">Least grave entries that are written.</param>
public sealed record LogOptions(LogFormat Format, LogEventLevel Level);

/// <summary>Format of the log.</summary>
public enum LogFormat
{
    /// <summary>One line of text an entry.</summary>
    Text,

    /// <summary>One JSON object an entry (compact log event format).</summary>
    Json,
}
