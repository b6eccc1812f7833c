using System.CommandLine;
using Guardrail.Cli.Output;

namespace Guardrail.Cli.Simulate;

/// <summary>The options of <c>guardrail simulate</c>.</summary>
internal sealed class SimulateOptions
{
    public Option<ulong> Seed { get; } = new("--seed") { Description = "Seed of all randomness: the same gives the same run.", DefaultValueFactory = _ => 1 };

    public Option<int> Runs { get; } = new("--runs") { Description = "Play it so often, each time with the next seed, and show distributions.", DefaultValueFactory = _ => 1 };

    public Option<SimulateOutput> Output { get; } = new("--output", "-o")
    {
        Description = "text is for people; json prints one object on standard output, everything for people goes to standard error.",
        DefaultValueFactory = _ => SimulateOutput.Text,
        CustomParser = Choices.Parse<SimulateOutput>,
    };

    public Option<string?> JUnit { get; } = new("--junit") { Description = "Also write the expectations as JUnit XML, for CI.", HelpName = "FILE" };

    public Option<string?> Report { get; } = new("--report")
    {
        Description = "Also write a page for a browser that shows the play in pictures, next to the same seed without Guardrail.",
        HelpName = "FILE.html",
    };

    public Option<bool> WithoutGuardrail { get; } = new("--without-guardrail") { Description = "Play the same seed without Guardrail too, and compare." };

    public Option<bool> Plain { get; } = new("--plain") { Description = "Text without colours, pictures that move, or signs beyond ASCII." };

    public SimulateWishes Read(ParseResult parsed, string scenario) => new(
        parsed.GetValue(Seed), parsed.GetValue(Runs), parsed.GetValue(Output) == SimulateOutput.Json, parsed.GetValue(JUnit), parsed.GetValue(WithoutGuardrail))
    {
        Report = parsed.GetValue(Report) is { } path ? new(path, scenario) : null,
    };
}

/// <summary>What a simulation prints.</summary>
internal enum SimulateOutput
{
    /// <summary>Text for people.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,
}

/// <summary>What is asked of a simulation.</summary>
/// <param name="Seed">First seed.</param>
/// <param name="Runs">How many plays.</param>
/// <param name="Json">Whether JSON is wanted on standard output.</param>
/// <param name="JUnit">File for JUnit XML; null for none.</param>
/// <param name="WithoutGuardrail">Whether it is played without Guardrail too.</param>
internal sealed record SimulateWishes(ulong Seed, int Runs, bool Json, string? JUnit, bool WithoutGuardrail)
{
    /// <summary>The page that is to be written; null for none.</summary>
    public ReportFile? Report { get; init; }
}
