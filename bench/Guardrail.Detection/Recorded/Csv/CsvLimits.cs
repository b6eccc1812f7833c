namespace Guardrail.Detection.Recorded.Csv;

/// <summary>How much of a file is read at most; more is refused, not cut.</summary>
public sealed record CsvLimits
{
    /// <summary>Characters in a line. Default 16,384.</summary>
    public int LineCharacters { get; init; } = 16_384;

    /// <summary>Lines in a file, the header included. Default 5 million.</summary>
    public int Lines { get; init; } = 5_000_000;

    /// <summary>Characters in a file after decompression. Default 1 billion.</summary>
    public long Characters { get; init; } = 1_000_000_000;
}
