using System.Globalization;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios;

/// <summary>Faults in a few words for people.</summary>
public static class FaultWords
{
    /// <summary>A fault, such as <c>5 % errors</c>.</summary>
    /// <param name="fault">The fault.</param>
    public static string Of(Fault fault) => fault switch
    {
        Fault.ErrorMultiple many => Text($"{many.Factor:0.##} times the errors"),
        Fault.ErrorRate rate => $"{Percent(rate.Rate)} errors",
        Fault.SlowLeak leak => Text($"errors grow by e every {leak.Growth.TotalMinutes:0.##} min"),
        Fault.LatencyShift shift => Text($"{shift.Factor:0.##} times slower"),
        Fault.SlowTail tail => Text($"{Percent(tail.Share)} of requests {tail.Extra.TotalSeconds:0.##} s slower"),
        Fault.Timeouts late => $"{Percent(late.Share)} of requests time out",
        Fault.RequestsVanish lost => $"{Percent(lost.Share)} of requests vanish",
        Fault.SuccessDrop drop => $"{Percent(drop.Share)} of orders lost",
        Fault.DependencyOutage outage => $"dependency out: {Percent(outage.Share)} errors",
        Fault.CrashLoop loop => Text($"crashes every {loop.RunsFor.TotalSeconds:0.##} s"),
        Fault.NeverReady => "never becomes ready",
        Fault.OutOfMemory memory => Text($"out of memory after {memory.After.TotalMinutes:0.##} min"),
        Fault.SessionBreakage broken => $"{Percent(broken.Share)} of sessions broken",
        Fault.PriceErrors prices => $"{Percent(prices.Rate)} of prices missing",
        Fault.Damage damage => $"{Percent(damage.Rate)} errors at {damage.Service}",
        _ => fault.GetType().Name,
    };

    private static string Percent(double share) => Text($"{share * 100:0.##} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
