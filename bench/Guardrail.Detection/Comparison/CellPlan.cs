using Guardrail.Detection.Cells;
using Guardrail.Detection.Peers;
using Guardrail.Detection.Peers.Sequential;
using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Detection.Comparison;

/// <summary>A cell and the settings of the other rules that are tried on it.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Families">The rules, made for the cell's planned share.</param>
/// <param name="Settings">The settings.</param>
internal sealed record CellPlan(Cell Cell, IReadOnlyList<PeerFamily> Families, IReadOnlyList<RuleSetting> Settings)
{
    // Half a second: about one request in two hundred of a healthy service is slower.
    private static readonly int SlowEdge = LatencyModel.DefaultEdges.IndexOf(0.5);

    /// <summary>What is under test; the rules are tuned apart for each.</summary>
    public UnderTest Kind => Cell.UnderTest();

    /// <summary>The plan of a cell with every setting.</summary>
    public static CellPlan Full(Cell cell)
    {
        var share = Math.Clamp(cell.Schedule.FirstShare, 0.01, 0.99);
        var families = cell.UnderTest() switch
        {
            UnderTest.Business => PeerCatalogue.OfBusiness(share, cell.Business!.PerRequest),
            UnderTest.Latency => PeerCatalogue.OfLatency(share, SlowEdge),
            _ => PeerCatalogue.All(share, BadEvents.Errors),
        };
        return new(cell, families, RuleSetting.All(families));
    }

    /// <summary>The plan of a cell with the settings of a choice.</summary>
    public static CellPlan With(Cell cell, IReadOnlyList<RuleSetting> settings) => Full(cell) with { Settings = settings };
}
