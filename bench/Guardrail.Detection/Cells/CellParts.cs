using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Detection.Cells;

/// <summary>What the cells of the catalogue have in common.</summary>
internal static class CellParts
{
    /// <summary>Incidents of five errors.</summary>
    public static BurstSize Geometric { get; } = new BurstSize.Geometric(5);

    /// <summary>Incidents without a typical size.</summary>
    public static BurstSize HeavyTailed { get; } = new BurstSize.Pareto(1.5, 200);

    /// <summary>Three routes, unlike in how often they fail and how long they take.</summary>
    public static ImmutableArray<Route> Routes { get; } = [new("/browse", 0.75, 0.0005, 1), new("/search", 0.2, 0.002, 2), new("/checkout", 0.05, 0.01, 4)];

    /// <summary>Every fifth request leads to an order.</summary>
    public static BusinessEvents Orders { get; } = new(0.2);

    /// <summary>What the requests come through.</summary>
    public static Neighbour Gateway { get; } = new("gateway", Service(1000));

    /// <summary>A service that is not rolled out.</summary>
    public static Cell Service(double rps) => new() { Name = "neighbour", RequestsPerSecond = rps, Schedule = RolloutSchedule.Canary(3, 0, 0) };

    /// <summary>Minutes.</summary>
    public static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    /// <summary>A name with numbers in it.</summary>
    public static string Label(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
