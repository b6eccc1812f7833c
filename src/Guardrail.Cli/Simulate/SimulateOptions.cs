using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Cli.Running;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;

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

    public Option<bool> Live { get; } = new("--live")
    {
        Description = "Play it in real time instead: an embedded cluster, its pods' metrics over loopback, and the daemon as guardrail run starts it.",
    };

    public Option<double?> Speed { get; } = new("--speed")
    {
        Description = $"With --live: let the clock of cluster and daemon run so much faster, 1 to {LiveOptions.MostSpeed:0}; default 1.",
        CustomParser = ParseSpeed,
    };

    public ClusterOptions Cluster { get; } = new();

    public Option<TimeSpan?> Until { get; } = new("--until")
    {
        Description = "Play only so much of it, such as 15m; what is expected of later rollouts is left out.",
        CustomParser = result => Durations.Within("1m", "744h")(result),
        HelpName = "TIME",
    };

    public Option<TimeSpan?> From { get; } = new("--from")
    {
        Description = "Begin so far into it, such as 18m, before its first rollout: for --live and clusters, which take their time.",
        CustomParser = result => Durations.Within("0s", "744h")(result),
        HelpName = "TIME",
    };

    public Option<bool> Plain { get; } = new("--plain") { Description = "Text without colours, pictures that move, or signs beyond ASCII." };

    /// <summary>The part of a scenario that is to be played.</summary>
    /// <exception cref="ConfigurationException">There is none, or something would be left out of its middle.</exception>
    public Scenario Cut(ParseResult parsed, Scenario scenario)
    {
        var (from, until) = (parsed.GetValue(From) ?? TimeSpan.Zero, parsed.GetValue(Until) ?? scenario.Duration);
        if (from >= until || from >= scenario.Duration)
        {
            throw new ConfigurationException($"--from {SimulateText.Time(from)} leaves nothing of {scenario.Name}, which ends at {SimulateText.Time(until < scenario.Duration ? until : scenario.Duration)}.");
        }

        if (scenario.Rollouts.FirstOrDefault() is { } first && first.At < from)
        {
            throw new ConfigurationException(
                $"--from {SimulateText.Time(from)} comes after the first rollout of {scenario.Name}, at {SimulateText.Time(first.At)}, which would be left out; begin before it.");
        }

        var cut = scenario.Until(until);
        return from == TimeSpan.Zero ? cut : cut.From(from);
    }

    /// <exception cref="ConfigurationException">Options exclude each other.</exception>
    public SimulateWishes Read(ParseResult parsed, string scenario)
    {
        var wishes = new SimulateWishes(
            parsed.GetValue(Seed), parsed.GetValue(Runs), parsed.GetValue(Output) == SimulateOutput.Json, parsed.GetValue(JUnit), parsed.GetValue(WithoutGuardrail))
        {
            Report = parsed.GetValue(Report) is { } path ? new(path, scenario) : null,
            Speed = parsed.GetValue(Live) ? parsed.GetValue(Speed) ?? 1 : null,
            Cluster = Cluster.Read(parsed),
        };
        return wishes switch
        {
            { Cluster: not null, Runs: > 1 } or { Cluster: not null, Report: not null } or { Cluster: not null, WithoutGuardrail: true } => throw new ConfigurationException(
                "in a cluster a scenario is played once, by the clock, with the Guardrail that is installed there; leave --runs, --report and --without-guardrail to virtual time."),
            { Cluster: not null } when parsed.GetValue(Live) || parsed.GetValue(Speed) is not null => throw new ConfigurationException(
                "--live plays in an embedded cluster, --kubeconfig and --context in one of yours, by its clock; leave one out."),
            { Speed: null } when parsed.GetValue(Speed) is not null => throw new ConfigurationException("--speed belongs to --live; in virtual time everything goes as fast as it can."),
            { Speed: not null, Runs: > 1 } or { Speed: not null, Report: not null } or { Speed: not null, WithoutGuardrail: true } => throw new ConfigurationException(
                "--live plays once, with Guardrail; leave --runs, --report and --without-guardrail to virtual time."),
            _ => wishes,
        };
    }

    private static double? ParseSpeed(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) || !(speed is >= 1 and <= LiveOptions.MostSpeed))
        {
            result.AddError($"'{text}' is no speed; --speed takes a number from 1 to {LiveOptions.MostSpeed:0}, beyond which the daemon's time limits would be too short.");
        }

        return speed;
    }
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

    /// <summary>The test cluster that it is played in; null for none.</summary>
    public ClusterWishes? Cluster { get; init; }

    /// <summary>How much faster than real time it is played in an embedded cluster; null plays it in virtual time.</summary>
    public double? Speed { get; init; }
}
