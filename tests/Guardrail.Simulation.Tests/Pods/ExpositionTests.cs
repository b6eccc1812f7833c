using System.Globalization;
using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Tests.Pods;

public sealed class ExpositionTests
{
    private static readonly DateTimeOffset Started = new(2026, 3, 11, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public void Counters_and_histogram_are_written_as_they_stand()
    {
        var service = Served(new ServiceProfile());
        var counters = service.Pods[0].Counters;
        var samples = Parse(Exposition.Write(counters, service.Profile.Routes, Started, Instruments.Http, ExpositionFormat.Text));
        Assert.That(samples["http_requests_total{method=\"GET\",code=\"200\"}"], Is.EqualTo(counters.Requests(0, Outcome.Success)));
        Assert.That(samples["http_requests_total{method=\"GET\",code=\"500\"}"], Is.EqualTo(counters.Requests(0, Outcome.ServerError)));
        Assert.That(samples["http_request_duration_seconds_bucket{method=\"GET\",le=\"+Inf\"}"], Is.EqualTo(counters.TotalRequests));
        Assert.That(samples["http_request_duration_seconds_count{method=\"GET\"}"], Is.EqualTo(counters.TotalRequests));
        Assert.That(
            samples["http_request_duration_seconds_bucket{method=\"GET\",le=\"0.25\"}"],
            Is.EqualTo(counters.TotalRequests - counters.SlowerThan(5)));
        Assert.That(samples["orders_total"], Is.EqualTo(counters.Orders));
        Assert.That(samples["process_start_time_seconds"], Is.EqualTo(Started.ToUnixTimeSeconds()));
    }

    [Test]
    public void OpenTelemetry_names_tell_the_same_requests_by_status_code()
    {
        var service = Served(new ServiceProfile { Routes = [new RouteProfile { Name = "/a" }, new RouteProfile { Name = "/b" }] });
        var counters = service.Pods[0].Counters;
        var samples = Parse(Exposition.Write(counters, service.Profile.Routes, Started, Instruments.OpenTelemetry, ExpositionFormat.Text));
        var count = samples.Where(s => s.Key.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)).ToArray();
        Assert.That(count.Sum(s => s.Value), Is.EqualTo(counters.TotalRequests));
        Assert.That(
            count.Where(s => s.Key.Contains("http_response_status_code=\"500\"", StringComparison.Ordinal)).Sum(s => s.Value),
            Is.EqualTo(counters.TotalErrors));
        Assert.That(count[0].Key, Does.Contain("http_route=\"/a\""));
    }

    [Test]
    public void OpenMetrics_names_families_without_suffix_and_ends_with_EOF()
    {
        var service = Served(new ServiceProfile());
        var text = Exposition.Write(
            service.Pods[0].Counters, service.Profile.Routes, Started, Instruments.Both, ExpositionFormat.OpenMetrics);
        Assert.That(text, Does.Contain("# TYPE http_requests counter\n").And.Contain("\nhttp_requests_total{"));
        Assert.That(text, Does.Contain("le=\"1.0\"").And.Contain("le=\"10.0\"").And.Contain("le=\"0.005\""));
        Assert.That(text, Does.EndWith("# EOF\n"));
    }

    /// <summary>Reads simple exposition text: every line is a comment or one sample.</summary>
    internal static Dictionary<string, double> Parse(string text)
    {
        var samples = new Dictionary<string, double>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith('#')))
        {
            var end = line.LastIndexOf(' ');
            samples.Add(line[..end], double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture));
        }

        return samples;
    }

    private static ServiceTraffic Served(ServiceProfile profile)
    {
        var service = new ServiceTraffic(profile, 3, "shop/checkout");
        service.Add("pod", RevisionBehaviour.Of(new Fault.ErrorRate(0.1)), 0, TimeSpan.Zero).StartServing(TimeSpan.Zero);
        for (var second = 1; second <= 60; second++)
        {
            service.Advance(TimeSpan.FromSeconds(second));
        }

        return service;
    }
}
