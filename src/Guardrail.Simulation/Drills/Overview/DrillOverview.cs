using System.Collections.Immutable;

namespace Guardrail.Simulation.Drills;

/// <summary>The drills of a team: who took part when, how it went, and what is overdue.</summary>
public sealed record DrillOverview
{
    /// <summary>Every drill, in order of time, up to <see cref="AsOf"/>.</summary>
    public required ImmutableArray<DrillResult> All { get; init; }

    /// <summary>The moment it is about.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>How often everybody, and every scenario, is to be drilled.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>Everybody who should take part, by name.</summary>
    public required ImmutableArray<DrilledPerson> People { get; init; }

    /// <summary>Every scenario that was ever drilled, by name.</summary>
    public required ImmutableArray<DrilledScenario> Scenarios { get; init; }

    /// <summary>The drills of the last <see cref="Every"/>.</summary>
    public ImmutableArray<DrillResult> Recent => [.. All.Where(d => d.StartedAt > AsOf - Every)];

    /// <summary>Whether a person or a scenario is overdue, or nothing was drilled at all.</summary>
    public bool IsOverdue => All.IsEmpty || People.Any(p => p.IsOverdue) || Scenarios.Any(s => s.IsOverdue);

    /// <summary>Makes it.</summary>
    /// <param name="results">The drills.</param>
    /// <param name="team">Who should take part; empty for everybody who ever did.</param>
    /// <param name="asOf">The moment it is about; later drills are left out.</param>
    /// <param name="every">How often.</param>
    public static DrillOverview Of(ImmutableArray<DrillResult> results, ImmutableArray<string> team, DateTimeOffset asOf, TimeSpan every)
    {
        ImmutableArray<DrillResult> all = [.. results.Where(r => r.StartedAt <= asOf).OrderBy(r => r.StartedAt)];
        var names = team.IsDefaultOrEmpty ? all.SelectMany(r => r.Participants) : team;
        return new()
        {
            All = all,
            AsOf = asOf,
            Every = every,
            People = [.. names.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).Select(name => Person(name, all, asOf, every))],
            Scenarios = [.. all.GroupBy(r => r.Scenario).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Scenario([.. g], asOf, every))],
        };
    }

    private static DrilledPerson Person(string name, ImmutableArray<DrillResult> all, DateTimeOffset asOf, TimeSpan every)
    {
        DrillResult[] own = [.. all.Where(r => r.Participants.Contains(name, StringComparer.OrdinalIgnoreCase))];
        var due = own.Length == 0 ? (DateTimeOffset?)null : own[^1].StartedAt + every;
        return new(name, own.Count(r => r.StartedAt > asOf - every), own.Length == 0 ? null : own[^1].StartedAt, due, due is null || due <= asOf);
    }

    private static DrilledScenario Scenario(DrillResult[] own, DateTimeOffset asOf, TimeSpan every)
    {
        var due = own[^1].StartedAt + every;
        return new(own[^1].Scenario, own.Length, own[^1], own.Length > 1 ? own[^2] : null, due, due <= asOf);
    }
}

/// <summary>How a person stands.</summary>
/// <param name="Name">Name.</param>
/// <param name="Recent">Drills within the interval.</param>
/// <param name="LastAt">Last drill; null when there was none.</param>
/// <param name="DueAt">When the next one is due; null for at once.</param>
/// <param name="IsOverdue">Whether it is overdue.</param>
public sealed record DrilledPerson(string Name, int Recent, DateTimeOffset? LastAt, DateTimeOffset? DueAt, bool IsOverdue);

/// <summary>How a scenario stands.</summary>
/// <param name="Name">Name.</param>
/// <param name="Drills">How often it was drilled.</param>
/// <param name="Last">The last drill of it.</param>
/// <param name="Former">The one before; null when there was none.</param>
/// <param name="DueAt">When the next one is due.</param>
/// <param name="IsOverdue">Whether it is overdue.</param>
public sealed record DrilledScenario(string Name, int Drills, DrillResult Last, DrillResult? Former, DateTimeOffset DueAt, bool IsOverdue)
{
    /// <summary>How a time of the last drill differs from the former one's; null when either has none.</summary>
    /// <param name="of">The time: to detect, to decide or to mitigate.</param>
    public TimeSpan? Change(Func<DrillScore, DrillMilestone?> of) =>
        Former is not null && of(Last.Score) is { } last && of(Former.Score) is { } former ? last.Took - former.Took : null;
}
