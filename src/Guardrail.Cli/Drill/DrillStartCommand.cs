using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Cli.Running;
using Guardrail.Cli.Simulate;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary><c>guardrail drill start</c>: holds a drill.</summary>
internal static class DrillStartCommand
{
    private const double Fastest = 1000;

    public static Command Create()
    {
        var scenario = new Argument<string>("scenario") { Description = "Name of a scenario of guardrail simulate list, or a file.", HelpName = "NAME|FILE" };
        var participants = new Option<ImmutableArray<string>>("--participants", "-p")
        {
            Description = "Who takes part, with commas between them: anna,ben.",
            HelpName = "NAMES",
            Required = true,
            CustomParser = DrillOptions.Names,
        };
        var lead = new Option<string?>("--lead") { Description = "Who leads and speaks first; by default the first participant.", HelpName = "NAME" };
        var speed = new Option<double>("--speed")
        {
            Description = "Virtual seconds per second: 10 for a fast rehearsal; 0 plays at once what standard input holds.",
            DefaultValueFactory = _ => 1,
            CustomParser = Speed,
        };
        var guardrail = new Option<DrillGuardrail>("--guardrail")
        {
            Description = "ask: it watches, touches nothing and says what it believes to whoever types ask; on: it acts as the scenario's policy lets it; off: there is none.",
            DefaultValueFactory = _ => DrillGuardrail.Ask,
            CustomParser = Choices.Parse<DrillGuardrail>,
        };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of all randomness; by default one that nobody knows beforehand.", CustomParser = Seed };
        var length = new Option<TimeSpan>("--for")
        {
            Description = "Longest virtual time, up to which requests are counted.",
            DefaultValueFactory = _ => TimeSpan.FromMinutes(30),
            CustomParser = Durations.Within("2m", "24h"),
        };
        var script = new Option<string?>("--script")
        {
            Description = "Play at once from lines such as '+90s anna: rollback checkout'; - reads standard input.",
            HelpName = "FILE",
        };
        var live = new Option<bool>("--live") { Description = "Play it in an embedded cluster instead, before the daemon as guardrail run starts it; --speed 1 to 20." };
        var cluster = new ClusterOptions();
        var plain = new Option<bool>("--plain") { Description = "Lines without colours, pictures that move, or signs beyond ASCII." };
        var results = DrillOptions.Results();
        var command = new Command("start", "Plays an incident in real time, shows what whoever is on call would see, takes what people do, and keeps how it went.")
        {
            scenario, participants, lead, speed, guardrail, seed, length, script, results, live, plain,
        };
        foreach (var option in cluster.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var screen = Screen.OfProcess(parsed.GetValue(plain));
            return await DrillOptions.SaidAsync(screen, () => DrillRun.RunAsync(
                    new DrillWishes(parsed.GetValue(scenario)!, parsed.GetValue(participants))
                    {
                        Lead = parsed.GetValue(lead),
                        Speed = parsed.GetValue(speed),
                        Guardrail = parsed.GetValue(guardrail),
                        Results = parsed.GetValue(results)!,
                        Seed = parsed.GetValue(seed),
                        Length = parsed.GetValue(length),
                        Script = parsed.GetValue(script),
                        IsLive = parsed.GetValue(live) || cluster.Read(parsed) is not null,
                        Cluster = cluster.Read(parsed),
                    },
                    screen,
                    TimeProvider.System,
                    cancellationToken));
        });
        return command;
    }

    private static double Speed(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) || !(speed <= Fastest) || speed is > 0 and < 0.1)
        {
            result.AddError($"'{text}' is no speed; --speed takes 0 (at once) or a number from 0.1 to {Fastest}.");
        }

        return speed;
    }

    private static ulong? Seed(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
        {
            result.AddError($"'{text}' is no seed; --seed takes a whole number from 0 to {ulong.MaxValue}.");
        }

        return seed;
    }
}
