using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Guardrail.Engine.Policies;

namespace Guardrail.Cli.Running;

/// <summary>The options that limit the rollbacks of the whole fleet.</summary>
internal sealed class StormOptions
{
    private readonly Option<int> rollbacks = new("--storm-rollbacks")
    {
        Description = "Most rollbacks of all policies together within --storm-window; further ones are decided, and a person is called.",
        DefaultValueFactory = _ => new StormLimit().Rollbacks,
        CustomParser = Number,
    };

    private readonly Option<TimeSpan> window = new("--storm-window")
    {
        Description = "The window of --storm-rollbacks, 1m to 24h.",
        DefaultValueFactory = _ => new StormLimit().Window,
        CustomParser = Durations.Within("1m", "24h"),
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(rollbacks);
        command.Options.Add(window);
    }

    /// <summary>What was given.</summary>
    public StormLimit Read(ParseResult parsed) => new() { Rollbacks = parsed.GetValue(rollbacks), Window = parsed.GetValue(window) };

    private static int Number(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var text }] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1000)
        {
            return number;
        }

        result.AddError("--storm-rollbacks takes a number from 1 to 1000.");
        return 0;
    }
}
