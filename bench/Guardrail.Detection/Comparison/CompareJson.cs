using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guardrail.Detection.Comparison;

/// <summary>
/// The result as JSON. What never happens is null; delays and <c>medianCall</c> are seconds from the onset to the decision; rates are from 0 to 1.
/// <list type="bullet">
/// <item><c>version</c>, <c>seed</c>, <c>healthyRuns</c>, <c>peerRuns</c>, <c>faultyRuns</c>, <c>command</c>, <c>seconds</c>: where the numbers come from.</item>
/// <item><c>mustShow</c>: what is to be shown, what was measured, and whether it holds.</item>
/// <item><c>healthy</c>: per healthy cell the runs, those taken back (<c>false</c>), held and paged, and the upper 95 % limit (<c>upper</c>).</item>
/// <item>
/// <c>tuning</c>: per kind of cell and rule the default, the setting tuned to at most 1 in 100 as the mean over the healthy cells (<c>tuned</c>), and
/// the one tuned to at most 1 in 100 in each of them (<c>tunedInWorst</c>), with the mean (<c>rate</c>) and the worst cell of each.
/// </item>
/// <item>
/// <c>faulty</c>: per faulty cell Guardrail and the other rules; <c>isTuned</c> is tuned over all healthy cells, <c>isTunedAtHome</c> on the calm
/// traffic of that service alone.
/// </item>
/// <item><c>attributed</c>: the cells in which a person ought to be called; <c>right</c> is in how many runs the right thing was done.</item>
/// <item><c>peersWin</c>, <c>peersWinAtHome</c>: where tuned rules do better.</item>
/// </list>
/// </summary>
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
            Tuning = new { Errors = result.Errors.Select(Rule), Latency = result.Latency.Select(Rule), Business = result.Business.Select(Rule) },
            Faulty = result.Faulty.Select(Cell),
            Attributed = result.Attributed.Select(cell => new { Answer = cell.Answer.ToString(), cell.Runs, cell.Right, cell.MedianCall, cell.Told, Cell = Cell(cell.Cell) }),
            PeersWin = PeerWin.Of(result).Select(Win),
            PeersWinAtHome = PeerWin.AtHome(result).Select(Win),
        },
        Options);

    private static object Rule(TunedRule rule) => new { rule.Family, Default = Setting(rule.Default), Tuned = SettingOrNull(rule.Tuned), TunedInWorst = SettingOrNull(rule.TunedInWorst) };

    private static object Win(PeerWin win) => new { win.Cell, Rule = win.Peer.Name, win.How, win.Others };

    private static object? SettingOrNull(SettingRate? rate) => rate is null ? null : Setting(rate);

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
        Peers = cell.Peers.Select(peer => new { Rule = peer.Name, peer.IsTuned, peer.IsTunedAtHome, FalseRateOfService = peer.OfService?.Rate, FalseRate = peer.Rate.Rate, WorstFalseRate = peer.Rate.WorstRate, peer.Rate.WorstCell, peer.Delay }),
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
