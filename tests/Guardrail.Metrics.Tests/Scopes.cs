using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;

namespace Guardrail.Metrics.Tests;

/// <summary>Scopes and signals for tests.</summary>
internal static class Scopes
{
    public static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);

    public static SignalDefinition.ErrorRate Errors { get; } = (SignalDefinition.ErrorRate)SignalPresets.Http[0];

    public static SignalDefinition.Latency Latency { get; } = (SignalDefinition.Latency)SignalPresets.Http[1];

    public static SignalDefinition.Business Orders { get; } = new()
    {
        Id = new("orders"),
        Weight = SignalPresets.BusinessWeight,
        Metric = "orders_total",
        Requests = "http_requests_total",
    };

    public static PodId Pod(string name) => new("shop", name);

    public static PodView View(string name, string? target = null) => new()
    {
        Id = Pod(name),
        Uid = "uid-" + name,
        Revision = new("6f7d"),
        CreatedAt = Start.AddDays(-1),
        ScrapeTarget = target is null ? null : new ScrapeTarget(new Uri(target)),
    };

    public static MetricScope Of(EquatableList<SignalDefinition> signals, params PodView[] pods) => new(signals, ["shop"], pods);

    public static MetricScope Of(SignalDefinition signal, params PodView[] pods) => Of([signal], pods);
}
