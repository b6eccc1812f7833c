using System.Collections.Immutable;
using YamlDotNet.Serialization;

namespace Guardrail.Simulation.Drills;

/// <summary>Writes a drill as YAML. Times are seconds since the drill began, to the millisecond.</summary>
public static class DrillWriter
{
    private const string Head = """
        # A drill that was held: what was played, who said and did what when, and how it went. Times are seconds since the drill began.
        # It is a record: change nothing, keep it beside the others, and replay it with: guardrail drill replay FILE

        """;

    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().Build();

    /// <summary>The text of its file.</summary>
    public static string Write(DrillResult result) => Head + Yaml.Serialize(Whole(result));

    /// <summary>The text of a score alone, by which two scores are compared.</summary>
    public static string Write(DrillScore score) => Yaml.Serialize(Of(score));

    /// <summary>The score as plain maps, lists and values.</summary>
    internal static Dictionary<string, object> Of(DrillScore score) => Map(
        ("trouble", score.Trouble.ToString()),
        ("hurtAt", Seconds(score.HurtAt)),
        ("detected", Of(score.Detected)),
        ("decided", Of(score.Decided)),
        ("mitigated", Of(score.Mitigated)),
        ("wrong", score.Wrong.Select(w => Map(("at", Seconds(w.At)), ("by", w.By), ("what", w.What), ("why", w.Why))).ToArray()),
        ("rollouts", score.Rollouts.Select(Of).ToArray()),
        ("paged", Texts(score.Paged)),
        ("asked", score.Asked),
        ("requests", Map(
            ("all", score.Requests.All),
            ("spoilt", score.Requests.Spoilt),
            ("guardrailAlone", score.Requests.GuardrailAlone),
            ("nobody", score.Requests.Nobody))));

    private static Dictionary<string, object> Whole(DrillResult result) => Map(
        ("apiVersion", Scenarios.Scenario.ApiVersion),
        ("kind", DrillResult.Kind),
        ("startedAt", result.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)),
        ("version", result.Version),
        ("scenario", Map(("name", result.Scenario), ("source", result.Source), ("sha256", result.Digest))),
        ("seed", result.Seed),
        ("begins", Seconds(result.Begins)),
        ("length", Seconds(result.Length)),
        ("guardrail", result.Guardrail.ToString()),
        ("speed", (decimal)result.Speed),
        ("live", result.IsLive ? true : null),
        ("participants", Texts(result.Participants)),
        ("lead", result.Lead),
        ("endedAt", Seconds(result.EndedAt)),
        ("steps", result.Steps.Select(s => Map(("at", Seconds(s.At)), ("by", s.By), ("say", s.Command.Words))).ToArray()),
        ("score", Of(result.Score)));

    private static Dictionary<string, object> Of(DrilledRollout rollout) => Map(
        ("service", rollout.Service),
        ("from", rollout.From),
        ("to", rollout.To),
        ("isHealthy", rollout.IsHealthy),
        ("begunAt", Seconds(rollout.BegunAt)),
        ("firstBadAt", Seconds(rollout.FirstBadAt)),
        ("lastBadAt", Seconds(rollout.LastBadAt)),
        ("ended", Of(rollout.EndedBy)),
        ("badRequests", rollout.BadRequests));

    private static Dictionary<string, object>? Of(DrillMilestone? point) => point is null
        ? null
        : Map(("at", Seconds(point.At)), ("took", Seconds(point.Took)), ("by", point.By), ("what", point.What));

    private static string[] Texts(ImmutableArray<string> texts) => [.. texts];

    private static object? Seconds(TimeSpan? time) => time is { } t ? Math.Round((decimal)t.TotalMilliseconds) / 1000 : null;

    /// <summary>A map without what is not there.</summary>
    private static Dictionary<string, object> Map(params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var map = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                map[name] = value;
            }
        }

        return map;
    }
}
