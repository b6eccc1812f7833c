using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Reports;

namespace Guardrail.Cli.Simulate;

/// <summary>What came of a simulation, for programs. Times are seconds since the start.</summary>
internal static class SimulateJson
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(), new SecondsConverter() },
    };

    public static JsonObject Of(ScenarioResult result)
    {
        var json = new JsonObject
        {
            ["scenario"] = result.Scenario.Name,
            ["seed"] = result.Seed,
            ["duration"] = result.Scenario.Duration.TotalSeconds,
            ["isMet"] = result.IsMet,
            ["checks"] = JsonSerializer.SerializeToNode(result.Checks, Json),
            ["guarded"] = Of(result.Guarded),
        };
        if (result.Unguarded is { } unguarded)
        {
            json["unguarded"] = Of(unguarded);
            json["saved"] = result.Saved;
        }

        return json;
    }

    public static JsonObject Of(ManyRuns runs)
    {
        var json = new JsonObject
        {
            ["scenario"] = runs.Scenario.Name,
            ["firstSeed"] = runs.FirstSeed,
            ["runs"] = runs.Runs,
            ["met"] = runs.Runs - runs.Unmet.Length,
            ["unmet"] = new JsonArray([.. runs.Unmet.Select(u => (JsonNode)new JsonObject
            {
                ["seed"] = u.Seed, ["check"] = JsonSerializer.SerializeToNode(u.Check, Json),
            })]),
            ["rollouts"] = JsonSerializer.SerializeToNode(runs.Rollouts, Json),
            ["healthyRollouts"] = runs.HealthyRollouts,
            ["falseRollbacks"] = runs.FalseRollbacks,
        };
        if (runs.FalseRollbackRate is var (lower, upper))
        {
            json["falseRollbackRate"] = new JsonObject { ["lower"] = lower, ["upper"] = upper, ["confidence"] = 0.95 };
        }

        return json;
    }

    private static JsonObject Of(ScenarioRun run)
    {
        var json = new JsonObject
        {
            ["truth"] = JsonSerializer.SerializeToNode(run.Truth, Json),
            ["rollouts"] = JsonSerializer.SerializeToNode(run.Rollouts, Json),
            ["decisions"] = JsonSerializer.SerializeToNode(run.Decisions, Json),
            ["moments"] = JsonSerializer.SerializeToNode(run.Moments, Json),
        };
        if (!run.Services.IsEmpty)
        {
            json["series"] = JsonSerializer.SerializeToNode(RolloutSeries.Of(run), Json);
        }

        return json;
    }

    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(value.TotalSeconds, 3));
    }
}
