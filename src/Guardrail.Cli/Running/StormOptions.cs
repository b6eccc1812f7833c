using System.CommandLine;
using System.CommandLine.Parsing;
using Guardrail.Engine.Policies;

namespace Guardrail.Cli.Running;

/// <summary>The options that limit the rollbacks of the whole fleet.</summary>
internal sealed class StormOptions
{
    private readonly Option<int> rollbacks = new("--storm-rollbacks")
    {
        Description = "Most rollbacks of all policies together within --storm-window; further ones are decided, and a person is called.",
        DefaultValueFactory = _ => new StormLimit().Rollbacks,
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
        command.Validators.Add(result =>
        {
            if (result.GetResult(rollbacks) is { Implicit: false } given && !IsWithin(given))
            {
                result.AddError("--storm-rollbacks takes a number from 1 to 1000.");
            }
        });
    }

    /// <summary>What was given.</summary>
    public StormLimit Read(ParseResult parsed) => new() { Rollbacks = parsed.GetValue(rollbacks), Window = parsed.GetValue(window) };

    private static bool IsWithin(OptionResult given) => given.Tokens is [{ Value: var text }]
        && int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1000;
}
