using System.Text.Json.Nodes;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>A team's drills for programs. Times are seconds.</summary>
internal static class DrillReportData
{
    public static JsonObject Of(DrillOverview overview) => new()
    {
        ["asOf"] = Moment(overview.AsOf),
        ["everyDays"] = (int)overview.Every.TotalDays,
        ["isOverdue"] = overview.IsOverdue,
        ["drills"] = new JsonArray([.. overview.All.Select(d => (JsonNode)Of(d, overview.AsOf - overview.Every))]),
        ["people"] = new JsonArray([.. overview.People.Select(p => (JsonNode)new JsonObject
        {
            ["name"] = p.Name, ["drills"] = p.Recent, ["lastAt"] = Moment(p.LastAt), ["dueAt"] = Moment(p.DueAt), ["isOverdue"] = p.IsOverdue,
        })]),
        ["scenarios"] = new JsonArray([.. overview.Scenarios.Select(s => (JsonNode)new JsonObject
        {
            ["name"] = s.Name,
            ["drills"] = s.Drills,
            ["lastAt"] = Moment(s.Last.StartedAt),
            ["dueAt"] = Moment(s.DueAt),
            ["isOverdue"] = s.IsOverdue,
            ["change"] = new JsonObject
            {
                ["detect"] = Seconds(s.Change(x => x.Detected)), ["decide"] = Seconds(s.Change(x => x.Decided)), ["mitigate"] = Seconds(s.Change(x => x.Mitigated)),
            },
        })]),
    };

    private static JsonObject Of(DrillResult drill, DateTimeOffset since) => new()
    {
        ["startedAt"] = Moment(drill.StartedAt),
        ["scenario"] = drill.Scenario,
        ["seed"] = drill.Seed,
        ["isRecent"] = drill.StartedAt > since,
        ["participants"] = new JsonArray([.. drill.Participants.Select(p => (JsonNode)p)]),
        ["lead"] = drill.Lead,
        ["guardrail"] = drill.Guardrail.ToString(),
        ["trouble"] = drill.Score.Trouble.ToString(),
        ["detect"] = Seconds(drill.Score.Detected?.Took),
        ["decide"] = Seconds(drill.Score.Decided?.Took),
        ["mitigate"] = Seconds(drill.Score.Mitigated?.Took),
        ["wrongActions"] = drill.Score.Wrong.Length,
        ["requests"] = new JsonObject
        {
            ["all"] = drill.Score.Requests.All,
            ["spoilt"] = drill.Score.Requests.Spoilt,
            ["guardrailAlone"] = drill.Score.Requests.GuardrailAlone,
            ["nobody"] = drill.Score.Requests.Nobody,
        },
    };

    private static string? Moment(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static double? Seconds(TimeSpan? time) => time is { } t ? Math.Round(t.TotalSeconds, 3) : null;
}
