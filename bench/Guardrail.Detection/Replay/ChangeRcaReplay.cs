using System.Collections.Immutable;
using Guardrail.Detection.Recorded.ChangeRca;

namespace Guardrail.Detection.Replay;

/// <summary>What became of one recorded rollout.</summary>
/// <param name="Case">The recording.</param>
/// <param name="Service">The workload.</param>
/// <param name="Bad">Whether it was defective; the label, for scoring only.</param>
/// <param name="Class">Of a defective one what shows: plain, subtle, impact only, silent; for scoring only.</param>
/// <param name="Verdict">RolledBack, or what was believed at the end.</param>
/// <param name="Seconds">Seconds from the first ready pod to the rollback.</param>
/// <param name="Held">Seconds to the first hold.</param>
/// <param name="Paged">Seconds to the first call for a person.</param>
/// <param name="Reason">Why.</param>
public sealed record RolloutRow(
    string Case, string Service, bool Bad, string Class, string Verdict, double? Seconds, double? Held, double? Paged, string Reason)
{
    /// <summary>The verdict of a rollout that was taken back.</summary>
    public const string RolledBack = "RolledBack";

    /// <summary>found, missed, blind, false or left alone.</summary>
    public string Score => (Bad, Verdict) switch
    {
        (true, RolledBack) => "found",
        (true, "NoEvidence") => "blind",
        (true, _) => "missed",
        (false, RolledBack) => "false",
        _ => "left alone",
    };
}

/// <summary>Replays the recorded rollouts of Online Boutique, case by case.</summary>
internal static class ChangeRcaReplay
{
    private const string About =
        "Each case is a cluster of its own: every rollout in it is guarded at defaults with a tick of 60 s. Requests and errors are inferred from the recorded percentages; "
        + "callers are strata. Calls between services, as the caller sees them, are workloads that a rollout may break if its service lies on their way. "
        + "After a rollback the recording goes on as if there had been none.";

    /// <summary>Every rollout.</summary>
    public static ImmutableArray<RolloutRow> Rows(ChangeRcaData data) =>
        [.. data.Rollouts.GroupBy(rollout => rollout.Case, StringComparer.Ordinal).SelectMany(rollouts => new ChangeRcaCase(data, [.. rollouts]).Play())];

    /// <summary>The report.</summary>
    public static SetReport Report(ChangeRcaData data)
    {
        var rows = Rows(data);
        var bad = rows.Where(row => row.Bad).ToList();
        return new(
            "changerca",
            About,
            [
                new("rollouts", [.. rows.Select(row => SetTable.Row(
                    ("case", row.Case), ("service", row.Service), ("bad", row.Bad), ("class", row.Class), ("verdict", row.Verdict), ("seconds", row.Seconds),
                    ("held", row.Held), ("paged", row.Paged), ("score", row.Score), ("reason", row.Reason)))]),
                new("by class", [.. bad.GroupBy(row => row.Class, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(Totals)]),
                new("totals", [Totals(rows.GroupBy(_ => "all").First())]),
            ]);
    }

    private static ImmutableArray<KeyValuePair<string, object?>> Totals(IGrouping<string, RolloutRow> rows)
    {
        var seconds = rows.Where(row => row.Score == "found").Select(row => row.Seconds ?? 0).Order().ToList();
        return SetTable.Row(
            ("class", rows.Key),
            ("rollouts", rows.Count()),
            ("bad", rows.Count(row => row.Bad)),
            ("found", Of("found")),
            ("missed", Of("missed")),
            ("blind", Of("blind")),
            ("false", Of("false")),
            ("left alone", Of("left alone")),
            ("paged", rows.Count(row => row.Paged is not null)),
            ("held", rows.Count(row => row.Held is not null)),
            ("median seconds", seconds.Count == 0 ? null : seconds[seconds.Count / 2]));

        int Of(string score) => rows.Count(row => row.Score == score);
    }
}
