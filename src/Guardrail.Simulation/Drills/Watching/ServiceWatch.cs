using System.Collections.Immutable;
using System.Globalization;

namespace Guardrail.Simulation.Drills;

/// <summary>
/// Watches one service as a team's dashboard and alerts do: half a minute for the eye, a minute for alerts with plain thresholds, and what was usual
/// before the participants came in.
/// </summary>
internal sealed class ServiceWatch(IWatched service, ImmutableArray<double> edges)
{
    private const double Glance = 30;
    private const double Window = 60;
    private const int LeastRequests = 30;
    private readonly PodReads reads = new(edges.Length);
    private readonly LinkedList<TickCounts> ticks = [];
    private readonly Dictionary<string, string> standing = new(StringComparer.Ordinal);
    private TickCounts usual;
    private TimeSpan readAt;
    private bool isBlind;

    public string Service => service.Name;

    /// <summary>Takes a tick in.</summary>
    /// <param name="now">Its end.</param>
    /// <param name="blind">Whether nothing can be read.</param>
    /// <param name="isUsual">Whether it belongs to what is usual.</param>
    public void Take(TimeSpan now, bool blind, bool isUsual)
    {
        var tick = reads.Read(service.Pods, (now - readAt).TotalSeconds);
        (readAt, isBlind) = (now, blind);
        if (blind)
        {
            return;
        }

        ticks.AddLast(tick);
        var seconds = ticks.Sum(t => t.Seconds);
        while (ticks.First is { } first && seconds - first.Value.Seconds >= Window)
        {
            seconds -= first.Value.Seconds;
            ticks.RemoveFirst();
        }

        usual = isUsual ? usual + tick : usual;
    }

    /// <summary>Alerts that fire or are over now.</summary>
    public IEnumerable<DrillNews> Alerts(TimeSpan at)
    {
        if (isBlind)
        {
            return Change("data", "no metrics", at);
        }

        var now = Last(Window);
        var (errors, usually) = (now.ErrorShare ?? 0, usual.ErrorShare ?? 0);
        var (p95, usualP95) = (now.P95(edges.AsSpan()) ?? 0, usual.P95(edges.AsSpan()) ?? 0);
        var enough = now.Requests >= LeastRequests;
        var isFailing = enough && errors >= Math.Max(0.01, 3 * usually) * Ease("errors");
        var isSlow = enough && usualP95 > 0 && p95 >= 2.5 * Ease("latency") * usualP95;
        var isQuiet = usual.Rate >= 1 && now.Rate < usual.Rate * 0.5 / Ease("traffic");
        var isPoor = usual.OrderRate >= 20 && now.OrderRate < usual.OrderRate * 0.7 / Ease("orders");
        var restarts = now.Restarts >= 3 * Ease("restarts");
        return
        [
            .. Change("data", null, at),
            .. Change("errors", isFailing ? $"{Percent(errors)} errors in the last minute, usually {Percent(usually)}" : null, at),
            .. Change("latency", isSlow ? $"95 % of requests take up to {Seconds(p95)}, usually {Seconds(usualP95)}" : null, at),
            .. Change("traffic", isQuiet ? $"{Number(now.Rate)} requests/s, usually {Number(usual.Rate)}" : null, at),
            .. Change("orders", isPoor ? $"{Number(now.OrderRate)} orders/min, usually {Number(usual.OrderRate)}" : null, at),
            .. Change("restarts", restarts ? Text($"containers restarted {now.Restarts} times in the last minute") : null, at),
        ];
    }

    /// <summary>What is seen of it now.</summary>
    public ServiceSight Sight()
    {
        var now = Last(Glance);
        return new()
        {
            Service = Service,
            IsBlind = isBlind,
            RequestsPerSecond = now.Rate,
            ErrorShare = now.ErrorShare,
            P95 = now.P95(edges.AsSpan()),
            OrdersPerMinute = usual.Orders > 0 ? now.OrderRate : null,
            Restarts = Last(Window).Restarts,
            Wanted = service.Wanted,
            Pods = [.. service.Pods.GroupBy(p => p.Revision).Select(g => (g.Key, g.Count(p => p.IsReady), g.Count()))],
            Revision = service.Revision,
            IsHeld = service.IsHeld,
            HasAlert = standing.Count > 0,
        };
    }

    /// <summary>An alert that stands is over only well below where it fires, so that it does not flutter.</summary>
    private double Ease(string alert) => standing.ContainsKey(alert) ? 0.7 : 1;

    private IEnumerable<DrillNews> Change(string alert, string? words, TimeSpan at)
    {
        if (words is not null && standing.TryAdd(alert, words))
        {
            return [new DrillNews.Alert(at, Service, words)];
        }

        return words is null && standing.Remove(alert) ? [new DrillNews.AlertOver(at, Service, alert)] : [];
    }

    private TickCounts Last(double window)
    {
        var sum = default(TickCounts);
        for (var node = ticks.Last; node is not null && sum.Seconds < window; node = node.Previous)
        {
            sum += node.Value;
        }

        return sum with { Slower = sum.Slower ?? [] };
    }

    private static string Percent(double share) => (share * 100).ToString(share < 0.01 ? "0.##" : "0.#", CultureInfo.InvariantCulture) + " %";

    private static string Seconds(double seconds) => seconds < 1 ? Text($"{seconds * 1000:0} ms") : Text($"{seconds:0.#} s");

    private static string Number(double number) => number.ToString(number < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
