using System.Collections.Immutable;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>The faults of the format: those that a revision can have, and those that happen to services, the cluster and the metrics.</summary>
internal static class FaultForms
{
    private static readonly FieldForm Rate = new("rate", ValueForm.Percent, "Share of requests, such as 5%.", IsRequired: true);
    private static readonly FieldForm Share = new("share", ValueForm.Percent, "Share of requests, such as 5%.", IsRequired: true);
    private static readonly FieldForm Factor = new("factor", ValueForm.Number, "What it is multiplied by, at least 1.", IsRequired: true);

    private static readonly ImmutableArray<(string Name, string Words, FieldForm[] Fields)> OfTraffic =
    [
        ("errors", "A share of requests is answered 500.", [Rate]),
        ("moreErrors", "The usual errors are multiplied.", [Factor]),
        ("slowLeak", "Errors grow by the factor e in every growth time.", [new("growth", ValueForm.Duration, "Growth time. Default 10m.")]),
        ("slower", "All requests take longer by a factor.", [Factor]),
        ("slowTail", "A share of requests takes longer by a constant time.", [Share, new("by", ValueForm.Duration, "Time added. Default 1s.")]),
        ("timeouts", "A share of requests runs into a time limit and is answered 504.", [Share, new("limit", ValueForm.Duration, "The limit. Default 10s.")]),
        ("requestsVanish", "A share of requests is neither answered nor counted.", [Share]),
        ("successDrop", "A share of orders is lost; everything answers 200.", [Share]),
        ("dependencyOutage", "Something that it needs and that is no service of the scenario is out: 503.",
            [Share, new("slower", ValueForm.Number, "Factor on the latency of all requests, at least 1. Default 1.")]),
    ];

    private static readonly ImmutableArray<(string Name, string Words, FieldForm[] Fields)> OfRevisions =
    [
        .. OfTraffic,
        ("crashLoop", "The container ends after a while, again and again.", [new("runsFor", ValueForm.Duration, "How long each run lasts. Default 20s.")]),
        ("neverReady", "Pods run and never become ready.", []),
        ("outOfMemory", "The container leaks memory and is killed, again and again.", [new("runsFor", ValueForm.Duration, "How long each run lasts. Default 15m.")]),
        ("sessionBreakage", "Its answers look well, but so a share of its callers' requests fails.", [Share]),
        ("priceErrors", "A share of requests is answered 500, and callers show pages without prices, which sell nothing.", [Rate]),
        ("damage", "Another service, such as a database, answers all of its callers with errors, in proportion to what the revision gets.",
            [new("service", ValueForm.Text, "The other service.", IsRequired: true), Rate]),
    ];

    private static readonly ImmutableArray<(string Name, string Words, FieldForm[] Fields)> OfCluster =
    [
        ("configCorrupted", "A ConfigMap is changed in place: pods that start from then on answer errors, whatever their revision.", [Rate]),
        ("deleteAndRecreate", "The Deployment is deleted and made anew.",
            [new("downFor", ValueForm.Duration, "How long it is away. Default 2m."), new("revision", ValueForm.Text, "Revision it comes back with. Default: the one it had.")]),
        ("scaleToZero", "The Deployment is scaled to 0, and back at the end.", []),
        ("metricsLost", "The metrics system tells nothing.", []),
        ("scrapeGaps", "A share of scrapes fails.", [Share]),
        ("counterReset", "Counters start anew at 0 without a restart.", []),
        ("gitOpsFight", "Another controller writes the revision rolled out last back when it was taken back.",
            [new("after", ValueForm.Duration, "How long after. Default 30s."), new("manager", ValueForm.Text, "Its field manager. Default argocd-controller.")]),
    ];

    /// <summary>What can be wrong with a revision.</summary>
    public static ImmutableArray<Form> Revision { get; } = [.. OfRevisions.Select(f => new Form("revision-" + f.Name, f.Words,
    [
        Kind(f.Name),
        .. f.Fields,
        new("after", ValueForm.Duration, "From the revision's first pod until it begins. Default 0s."),
        new("for", ValueForm.Duration, "How long it lasts. Default: for good."),
        new("pods", ValueForm.Whole, "Only in so many first pods of the revision. Default: all."),
    ]))];

    /// <summary>What can happen whatever revision serves.</summary>
    public static ImmutableArray<Form> Happening { get; } = [.. OfTraffic.Concat(OfCluster).Select(f => new Form("fault-" + f.Name, f.Words,
    [
        Kind(f.Name),
        .. f.Fields,
        new("service", ValueForm.Text, "The service, or all copies of it. Default: all services."),
        new("at", ValueForm.Duration, "When it begins.", IsRequired: true),
        new("for", ValueForm.Duration, "How long it lasts. Default: for good."),
    ]))];

    /// <summary>Whether a fault is one of the traffic.</summary>
    public static bool IsOfTraffic(string name) => OfTraffic.Any(f => f.Name == name);

    private static FieldForm Kind(string name) => new("fault", new ValueForm.Choice([name]), "What is wrong.", IsRequired: true);
}
