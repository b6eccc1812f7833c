namespace Guardrail.Simulation.Drills;

/// <summary>What a line that a participant typed means. Closed.</summary>
public abstract record DrillLine
{
    private DrillLine()
    {
    }

    /// <summary>Nothing: it is empty, or a comment.</summary>
    public sealed record Nothing : DrillLine;

    /// <summary>A command.</summary>
    /// <param name="By">Who gives it; null for whoever is speaking.</param>
    /// <param name="Command">The command.</param>
    public sealed record Does(string? By, DrillCommand Command) : DrillLine;

    /// <summary>Somebody else speaks from now on.</summary>
    /// <param name="Who">Who.</param>
    public sealed record Speaks(string Who) : DrillLine;

    /// <summary>The services are to be shown.</summary>
    public sealed record Status : DrillLine;

    /// <summary>The commands are to be shown.</summary>
    public sealed record Help : DrillLine;

    /// <summary>The participants hold it to be over.</summary>
    public sealed record End : DrillLine;

    /// <summary>It cannot be understood.</summary>
    /// <param name="Sentence">What is wrong and how to put it right.</param>
    public sealed record Wrong(string Sentence) : DrillLine;
}
