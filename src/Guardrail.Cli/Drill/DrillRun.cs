using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Threading.Channels;
using Guardrail.Cli.Output;
using Guardrail.Cli.Simulate;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Drills;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Drill;

/// <summary>Holds a drill, keeps its result and says how it went.</summary>
internal static class DrillRun
{
    /// <param name="wishes">What is asked for.</param>
    /// <param name="screen">Where it is shown, and where people type.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it without a result.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ConfigurationException">The input holds a mistake.</exception>
    public static async Task<int> RunAsync(DrillWishes wishes, Screen screen, TimeProvider time, CancellationToken cancellationToken)
    {
        if (wishes.IsLive && (wishes.Script is not null || wishes.Speed is < 1 or > LiveOptions.MostSpeed))
        {
            throw new ConfigurationException($"--live goes by the clock: leave --script out, and give --speed 1 to {LiveOptions.MostSpeed:0}.");
        }

        if (wishes.Cluster is not null && wishes.Speed != 1)
        {
            throw new ConfigurationException("a cluster goes by its own clock: leave --speed out.");
        }

        var plan = Plan(wishes);
        var startedAt = time.GetUtcNow();
        var held = wishes.Script is not null || wishes.Speed == 0
            ? AtOnce(plan, wishes, screen)
            : await RealTimeAsync(plan, wishes, screen, time, cancellationToken);
        var result = new DrillResult
        {
            StartedAt = startedAt.AddTicks(-(startedAt.Ticks % TimeSpan.TicksPerSecond)),
            Version = typeof(DrillRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            Scenario = plan.Scenario.Name,
            Source = plan.Source,
            Digest = plan.Digest,
            Seed = plan.Seed,
            Begins = plan.Begins,
            Length = held.Length ?? plan.Length,
            Guardrail = plan.Guardrail,
            Speed = wishes.Script is null ? wishes.Speed : 0,
            IsLive = wishes.IsLive,
            Participants = plan.Participants,
            Lead = plan.Lead,
            Steps = held.Steps,
            EndedAt = held.EndedAt,
            Score = held.Score,
        };
        var path = DrillFile.Save(result, wishes.Results);
        DrillSummary.Write(result, plan.Scenario.Title, screen);
        await screen.Out.WriteLineAsync(screen.Clean($"The result is in {path}; {InvokedAs.Current} drill report shows it beside the others."));
        return ExitCode.Ok;
    }

    private static DrillPlan Plan(DrillWishes wishes)
    {
        var scenario = ScenarioSource.Load(wishes.Scenario);
        var lead = wishes.Lead is null
            ? wishes.Participants[0]
            : wishes.Participants.FirstOrDefault(p => p.Equals(wishes.Lead, StringComparison.OrdinalIgnoreCase))
                ?? throw new ConfigurationException($"--lead {wishes.Lead} does not take part; name one of --participants {string.Join(",", wishes.Participants)}.");
        var seed = wishes.Seed ?? (ulong)RandomNumberGenerator.GetInt32(1, 1_000_000);
        var begins = DrillPlan.BeginOf(scenario, seed);
        return new()
        {
            Scenario = scenario,
            Source = wishes.Scenario,
            Digest = DrillPlan.DigestOf(ScenarioSource.Text(wishes.Scenario)),
            Seed = seed,
            Guardrail = wishes.Guardrail,
            Participants = wishes.Participants,
            Lead = lead,
            Begins = begins,
            Length = DrillPlan.LengthOf(scenario, begins, wishes.Length),
        };
    }

    private static HeldDrill AtOnce(DrillPlan plan, DrillWishes wishes, Screen screen)
    {
        var (steps, end) = Script(plan, wishes.Script ?? "-", screen.In);
        if (steps.LastOrDefault() is { } last && last.At >= plan.Length)
        {
            throw new ConfigurationException($"\"{last.Command.Words}\" comes at {DrillWords.Clock(last.At)}, but the drill ends at {DrillWords.Clock(plan.Length)}; see --for.");
        }

        var view = new PlainDrillView(screen);
        view.Begins(plan);
        var (score, endedAt) = DrillReplay.Play(plan, steps, (said, news) =>
        {
            if (said is not null)
            {
                view.Said(said);
            }

            if (news is not null)
            {
                view.Told(news);
            }
        }, end);
        return new(score, steps, endedAt);
    }

    private static (ImmutableArray<DrillStep> Steps, TimeSpan? End) Script(DrillPlan plan, string path, TextReader input)
    {
        var reader = new DrillReader(plan.Scenario, plan.Participants);
        if (path == "-")
        {
            return DrillScript.Read(input, "standard input", reader, plan.Lead);
        }

        try
        {
            using var text = new StreamReader(path);
            return DrillScript.Read(text, path, reader, plan.Lead);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--script {path} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    private static async Task<HeldDrill> RealTimeAsync(DrillPlan plan, DrillWishes wishes, Screen screen, TimeProvider time, CancellationToken cancellationToken)
    {
        if (screen is { Interactive: true, Colour: true, Unicode: true })
        {
            var typing = new KeyboardLines(time);
            var live = new LiveDrillView(plan, wishes.Speed, typing, time);
            return await live.ShowAsync(token => HoldAsync(typing.Lines, live, token), cancellationToken);
        }

        return await HoldAsync(ReaderLines.Of(screen.In, time, cancellationToken), new PlainDrillView(screen), cancellationToken);

        async Task<HeldDrill> HoldAsync(ChannelReader<TypedLine> lines, IDrillView view, CancellationToken token)
        {
            if (wishes.Cluster is { } cluster)
            {
                return await LiveDrillRun.HoldAsync(plan, cluster, time, lines, view, token);
            }

            if (wishes.IsLive)
            {
                return await LiveDrillRun.HoldAsync(plan, wishes.Speed, time, lines, view, token);
            }

            var session = new DrillSession(plan);
            var endedAt = await new DrillRoom(plan, session, wishes.Speed, time, lines, view).RunAsync(token);
            return new(session.Finish(), session.Steps, endedAt);
        }
    }
}
