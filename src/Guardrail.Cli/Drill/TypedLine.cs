namespace Guardrail.Cli.Drill;

/// <summary>A line that somebody typed.</summary>
/// <param name="Text">The line; null when there will be no more.</param>
/// <param name="Timestamp">When, by the clock's timestamps.</param>
internal readonly record struct TypedLine(string? Text, long Timestamp);
