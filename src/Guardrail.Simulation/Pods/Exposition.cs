using System.Globalization;
using System.Text;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Pods;

/// <summary>Writes the counters of one pod as instrumented services expose them.</summary>
public sealed class Exposition
{
    private const string Method = "GET";
    private readonly StringBuilder text = new();
    private readonly PodCounters counters;
    private readonly IReadOnlyList<RouteProfile> routes;
    private readonly ExpositionFormat format;

    private Exposition(PodCounters counters, IReadOnlyList<RouteProfile> routes, ExpositionFormat format) =>
        (this.counters, this.routes, this.format) = (counters, routes, format);

    /// <summary>The text of a scrape.</summary>
    /// <param name="counters">The pod's counters.</param>
    /// <param name="routes">The routes of the service, in the order of the counters.</param>
    /// <param name="started">When the process started.</param>
    /// <param name="instruments">Which instruments the service carries.</param>
    /// <param name="format">The format asked for.</param>
    public static string Write(
        PodCounters counters, IReadOnlyList<RouteProfile> routes, DateTimeOffset started, Instruments instruments, ExpositionFormat format)
    {
        var exposition = new Exposition(counters, routes, format);
        if (instruments.HasFlag(Instruments.Http))
        {
            exposition.Requests();
            exposition.Durations();
        }

        if (instruments.HasFlag(Instruments.OpenTelemetry))
        {
            exposition.ServerDurations();
        }

        exposition.Orders();
        exposition.Process(started);
        return exposition.text.ToString();
    }

    private bool IsOpenMetrics => format == ExpositionFormat.OpenMetrics;

    private void Requests()
    {
        Head("http_requests", "counter", "Requests answered, by outcome.");
        ForEachSeries((route, outcome) =>
        {
            var labels = $"method=\"{Method}\"{Route(route, "route")},code=\"{Number(outcome.StatusCode())}\"";
            Sample("http_requests_total", labels, counters.Requests(route, outcome));
        });
    }

    private void Durations()
    {
        if (counters.Edges.IsEmpty)
        {
            return;
        }

        Head("http_request_duration_seconds", "histogram", "Time to answer a request.");
        for (var route = 0; route < counters.Routes; route++)
        {
            Histogram("http_request_duration_seconds", $"method=\"{Method}\"{Route(route, "route")}", route, Enum.GetValues<Outcome>());
        }
    }

    private void ServerDurations()
    {
        if (counters.Edges.IsEmpty)
        {
            return;
        }

        Head("http_server_request_duration_seconds", "histogram", "Duration of HTTP server requests.");
        ForEachSeries((route, outcome) =>
        {
            var labels = $"http_request_method=\"{Method}\"{Route(route, "http_route")},"
                + $"http_response_status_code=\"{Number(outcome.StatusCode())}\"";
            Histogram("http_server_request_duration_seconds", labels, route, [outcome]);
        });
    }

    private void Orders()
    {
        Head("orders", "counter", "Orders placed.");
        Sample("orders_total", "", counters.Orders);
    }

    private void Process(DateTimeOffset started)
    {
        Head("process_start_time_seconds", "gauge", "Start time of the process since the Unix epoch.");
        var seconds = started.ToUnixTimeMilliseconds() / 1000.0;
        text.Append("process_start_time_seconds ").Append(seconds.ToString("0.0##", CultureInfo.InvariantCulture)).Append('\n');
        if (IsOpenMetrics)
        {
            text.Append("# EOF\n");
        }
    }

    private void Histogram(string name, string labels, int route, ReadOnlySpan<Outcome> outcomes)
    {
        var sum = 0.0;
        foreach (var outcome in outcomes)
        {
            sum += counters.SumSeconds(route, outcome);
        }

        for (var edge = 0; edge <= counters.Edges.Length; edge++)
        {
            Sample($"{name}_bucket", $"{labels},le=\"{Edge(edge)}\"", AtMost(route, outcomes, edge));
        }

        text.Append(name).Append("_sum{").Append(labels).Append("} ").Append(sum.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        Sample($"{name}_count", labels, AtMost(route, outcomes, counters.Edges.Length));
    }

    private long AtMost(int route, ReadOnlySpan<Outcome> outcomes, int edge)
    {
        var count = 0L;
        foreach (var outcome in outcomes)
        {
            count += counters.AtMost(route, outcome, edge);
        }

        return count;
    }

    /// <summary>Instrumented services show a series from its first event on; that of successes they show from the start.</summary>
    private void ForEachSeries(Action<int, Outcome> write)
    {
        for (var route = 0; route < counters.Routes; route++)
        {
            foreach (var outcome in Enum.GetValues<Outcome>())
            {
                if (outcome == Outcome.Success || counters.Requests(route, outcome) > 0)
                {
                    write(route, outcome);
                }
            }
        }
    }

    private void Head(string family, string type, string help)
    {
        var name = IsOpenMetrics || type != "counter" ? family : family + "_total";
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private void Sample(string name, string labels, long value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    private string Edge(int edge)
    {
        if (edge == counters.Edges.Length)
        {
            return "+Inf";
        }

        var plain = Number(counters.Edges[edge]);
        return IsOpenMetrics && !plain.Contains('.', StringComparison.Ordinal) ? plain + ".0" : plain;
    }

    private string Route(int route, string label) => routes[route].Name.Length == 0 ? "" : $",{label}=\"{routes[route].Name}\"";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
