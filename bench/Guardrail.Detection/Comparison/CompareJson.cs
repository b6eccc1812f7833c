using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guardrail.Detection.Comparison;

/// <summary>The result as JSON. What never happens is null; delays are seconds from the onset to the decision.</summary>
internal static class CompareJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new FiniteConverter() },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document.</summary>
    public static string Write(CompareResult result) => JsonSerializer.Serialize(
        new
        {
            result.Origin.Version,
            result.Origin.Options.Seed,
            result.Origin.Options.HealthyRuns,
            result.Origin.Options.PeerRuns,
            result.Origin.Options.FaultyRuns,
            result.Origin.Command,
            Seconds = Math.Round(result.Origin.Seconds, 1),
            MustShow = Claims.Of(result),
            Healthy = result.Healthy,
            Tuning = new { Errors = result.Errors.Select(Rule), Latency = result.Latency.Select(Rule) },
            Faulty = result.Faulty.Select(Cell),
            PeersWin = PeerWin.Of(result).Select(win => new { win.Cell, Rule = win.Peer.Name, win.How }),
        },
        Options);

    private static object Rule(TunedRule rule) => new { rule.Family, Default = Setting(rule.Default), Tuned = rule.Tuned is { } tuned ? Setting(tuned) : null };

    private static object Setting(SettingRate rate) =>
        new { rate.Setting.Knob, rate.Setting.Value, rate.Runs, rate.False, rate.Rate, rate.WorstCell, rate.WorstRate };

    private static object Cell(FaultyCell cell) => new
    {
        cell.Name,
        cell.OnsetSeconds,
        Guardrail = cell.Guard,
        cell.Held,
        cell.Paged,
        cell.Example,
        Peers = cell.Peers.Select(peer => new { Rule = peer.Name, peer.IsTuned, FalseRate = peer.Rate.Rate, peer.Delay }),
    };

    private sealed class FiniteConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(Math.Round(value, 6));
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
