using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Prometheus;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Metrics.Tests.Prometheus;

/// <summary>Every fault of Prometheus ends in NoEvidence or an unread pod with a reason: never in an exception, never in zero.</summary>
internal abstract class PrometheusFaultBase
{
    protected FakeTimeProvider Time { get; } = new(Scopes.Start);

    protected RecordingObserver Observer { get; } = new();

    protected static Uri Address { get; } = new("http://prometheus:9090");

    protected static string Reason(SignalReport report) => ((SignalReport.NoEvidence)report).Reason;

    protected PrometheusSource Source(HttpClient client, PrometheusOptions? options = null) =>
        new(client, options ?? new PrometheusOptions { Address = Address }, Time, Observer);

    protected async Task<SignalReport> ReadAsync(StubServer handler, SignalDefinition signal, PrometheusOptions? options = null)
    {
        using var client = handler.Client();
        using var source = Source(client, options);
        var report = await Time.DriveAsync(source.ReadAsync(Scopes.Of(signal), CancellationToken.None));
        return report.Signals.Single();
    }

    protected async Task<string> ReasonAsync(StubServer handler, PrometheusOptions? options = null) =>
        Reason(await ReadAsync(handler, Scopes.Errors, options));
}
