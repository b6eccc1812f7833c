using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Pods;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>Which metrics the policies read, and whether embedded pods serve them.</summary>
internal static class LiveSignals
{
    private const string Plain = "http_requests_total";
    private const string PlainLatency = "http_request_duration_seconds";
    private const string Otel = "http_server_request_duration_seconds_count";
    private const string OtelLatency = "http_server_request_duration_seconds";
    private const string Orders = "orders_total";

    /// <summary>The instruments that the pods need for the policies of a scenario.</summary>
    /// <exception cref="ConfigurationException">A policy reads what embedded pods do not serve: in virtual time it is judged all the same.</exception>
    public static Instruments Needed(Scenario scenario)
    {
        var needed = Instruments.Http;
        foreach (var policy in scenario.Policies)
        {
            foreach (var signal in policy.Signals)
            {
                needed |= Needed(signal) ?? throw Unserved(policy, signal);
            }
        }

        return needed;
    }

    private static Instruments? Needed(SignalDefinition signal) => signal switch
    {
        { StratumLabels.Count: > 0 } => null,
        SignalDefinition.ErrorRate { Metric: Plain } errors when errors.OutcomeLabels.Contains("code") => Instruments.Http,
        SignalDefinition.ErrorRate { Metric: Otel } errors when errors.OutcomeLabels.Contains("http_response_status_code") => Instruments.OpenTelemetry,
        SignalDefinition.Latency { Metric: PlainLatency } => Instruments.Http,
        SignalDefinition.Latency { Metric: OtelLatency } => Instruments.OpenTelemetry,
        SignalDefinition.Business { Metric: Orders, Requests: Plain } => Instruments.Http,
        SignalDefinition.Business { Metric: Orders, Requests: Otel } => Instruments.OpenTelemetry,
        _ => null,
    };

    private static ConfigurationException Unserved(GuardPolicy policy, SignalDefinition signal) => new(
        $"the signal \"{signal.Id}\" of policy {policy.Name} cannot be played live, for embedded pods do not serve what it reads; they serve "
        + $"{Plain} by code, {PlainLatency}, {OtelLatency} by http_response_status_code, and {Orders}. Without --live it is played.");
}
