using System.Collections.Immutable;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>One service of the picture of a run, or all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Phases">Stretches of time in which Guardrail was in a phase with one of its rollouts.</param>
/// <param name="Spoilt">Stretches in which requests were spoilt.</param>
/// <param name="Blind">Stretches in which no counters could be read.</param>
/// <param name="Happenings">What happened to it.</param>
internal sealed record Lane(
    string Name, ImmutableArray<Stretch> Phases, ImmutableArray<Stretch> Spoilt, ImmutableArray<Stretch> Blind, ImmutableArray<Happening> Happenings)
{
    private const string AllServices = "all services";

    /// <summary>Whether anything happened.</summary>
    public bool IsQuiet => Phases.IsEmpty && Spoilt.IsEmpty && Blind.IsEmpty && Happenings.IsEmpty;

    /// <summary>The lanes of a run in the order of the scenario, first that of what happened to all services.</summary>
    public static ImmutableArray<Lane> Of(Scenario scenario, ScenarioRun run, ImmutableArray<Happening> happenings)
    {
        var ticks = run.Services.ToDictionary(s => s.Service, s => s.Ticks, StringComparer.Ordinal);
        var of = happenings.ToLookup(h => h.Service ?? "", StringComparer.Ordinal);
        var lanes = scenario.Services.Select(s => Of(s.Name, ticks.GetValueOrDefault(s.Name, []), [.. of[s.Name]]));
        return of.Contains("") ? [new(AllServices, [], [], [], [.. of[""]]), .. lanes] : [.. lanes];
    }

    private static Lane Of(string name, ImmutableArray<ServiceTick> ticks, ImmutableArray<Happening> happenings) => new(
        name,
        Stretch.After(ticks, t => t.Evidence is { Phase: not "Ended" } e ? e.Phase : null),
        Stretch.Of(ticks, t => t.BadRequests > 0 ? "spoilt" : null),
        Stretch.Of(ticks, t => t.IsBlind ? "blind" : null),
        happenings);
}

/// <summary>A stretch of time in which something was the same.</summary>
/// <param name="From">Begin.</param>
/// <param name="To">End.</param>
/// <param name="What">What.</param>
internal readonly record struct Stretch(TimeSpan From, TimeSpan To, string What)
{
    /// <summary>Stretches of neighbouring ticks in which something was so; a tick lasts from the end of the one before.</summary>
    /// <param name="ticks">The ticks.</param>
    /// <param name="what">What was so during a tick; null leaves it out.</param>
    public static ImmutableArray<Stretch> Of(ImmutableArray<ServiceTick> ticks, Func<ServiceTick, string?> what) =>
        Joined(ticks.Select((tick, i) => (i == 0 ? TimeSpan.Zero : ticks[i - 1].At, tick.At, what(tick))));

    /// <summary>Stretches in which something was so from the end of a tick on, until the end of the next.</summary>
    /// <param name="ticks">The ticks.</param>
    /// <param name="what">What was so at the end of a tick; null leaves it out.</param>
    public static ImmutableArray<Stretch> After(ImmutableArray<ServiceTick> ticks, Func<ServiceTick, string?> what) =>
        Joined(ticks.Select((tick, i) => (tick.At, ticks[Math.Min(i + 1, ticks.Length - 1)].At, what(tick))));

    private static ImmutableArray<Stretch> Joined(IEnumerable<(TimeSpan From, TimeSpan To, string? What)> ticks)
    {
        var all = ImmutableArray.CreateBuilder<Stretch>();
        foreach (var (from, to, what) in ticks)
        {
            if (what is not null && all.Count > 0 && all[^1].To == from && all[^1].What == what)
            {
                all[^1] = all[^1] with { To = to };
            }
            else if (what is not null)
            {
                all.Add(new(from, to, what));
            }
        }

        return all.ToImmutable();
    }
}
