using System.Collections.Immutable;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Cluster;

/// <summary>What an embedded cluster consists of.</summary>
public sealed record EmbeddedClusterOptions
{
    /// <summary>Seed of everything that is left to chance. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Services that exist from the start. Default: none.</summary>
    public ImmutableArray<ServiceOptions> Services { get; init; } = [];

    /// <summary>How revisions behave, by image; other images behave well. Default: none.</summary>
    public ImmutableDictionary<string, RevisionBehaviour> Behaviours { get; init; } = ImmutableDictionary<string, RevisionBehaviour>.Empty;

    /// <summary>How long pods take to be bound, ready and gone.</summary>
    public KubeletTiming Timing { get; init; } = new();

    /// <summary>From the start of a container until it is ready; shorthand for <see cref="KubeletTiming.Ready"/>. Default 150 ms.</summary>
    public TimeSpan PodReadyDelay
    {
        get => Timing.Ready;
        init => Timing = Timing with { Ready = value };
    }

    /// <summary>Longest step in which traffic is drawn. Default 200 ms; after long silence steps are longer.</summary>
    public TimeSpan TrafficStep { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Whether the pods come up at once and get no requests until <see cref="EmbeddedCluster.BeginTraffic"/>, from when on the traffic's times count.
    /// Default false: they count from the start of the cluster.
    /// </summary>
    internal bool AwaitsTraffic { get; init; }

    /// <summary>Which instruments the pods carry. Default <see cref="Instruments.Http"/>.</summary>
    public Instruments Instruments { get; init; } = Instruments.Http;

    /// <summary>Whether controllers write Events. Default true.</summary>
    public bool WritesEvents { get; init; } = true;

    /// <summary>Port of the pods' metrics on the loopback interface; 0, the default, takes a free one.</summary>
    public int MetricsPort { get; init; }

    /// <summary>Names of the nodes. Pods of a DaemonSet run on each, other pods on the first two. Default <c>node-a</c>, <c>node-b</c>.</summary>
    public ImmutableArray<string> Nodes { get; init; } = ["node-a", "node-b"];

    /// <summary>
    /// Whether pods that run <c>guardrail drill-pod</c> really serve, in this process, each on a loopback address of its own. Where the system
    /// has only 127.0.0.1, they cannot. Default false: they are pods like any other.
    /// </summary>
    public bool RunsDrillPods { get; init; }

    /// <summary>How the API server behaves.</summary>
    public EmbeddedApiServerOptions ApiServer { get; init; } = new();

    /// <summary>The clock of the cluster. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>One service: a workload and the requests it gets.</summary>
public sealed record ServiceOptions
{
    /// <summary>Namespace; made when it is missing.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the workload.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of the workload. Default <see cref="WorkloadKind.Deployment"/>.</summary>
    public WorkloadKind Kind { get; init; }

    /// <summary>Pods; a DaemonSet has one per node instead. Default 3.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>Requests per second over all pods, at least 0. Default 30.</summary>
    public double RequestsPerSecond { get; init; } = 30;

    /// <summary>Share of requests answered 5xx while all is well. Default 0.001.</summary>
    public double BaseErrorRate { get; init; } = 0.001;

    /// <summary>Image of the first revision; null takes <c>{namespace}/{name}:v1</c>.</summary>
    public string? Image { get; init; }

    /// <summary>
    /// The whole model of the traffic; null takes the defaults with the two numbers above, without the swing over the day.
    /// </summary>
    public ServiceProfile? Profile { get; init; }

    /// <summary>From the start of a container until it is ready, exactly, whatever its image; null takes <see cref="EmbeddedClusterOptions.Timing"/>.</summary>
    public TimeSpan? StartUp { get; init; }

    /// <summary>Labels of the workload; null: <c>app: name</c>.</summary>
    public ImmutableDictionary<string, string>? Labels { get; init; }

    /// <summary>How a Deployment replaces its pods; null: by the cluster's defaults.</summary>
    public UpdateStrategy? Strategy { get; init; }

    /// <summary>Stream of random numbers of its traffic; null: <c>namespace/name</c>, and that of a pod its name.</summary>
    internal string? Stream { get; init; }

    internal string FirstImage => Image ?? $"{Namespace}/{Name}:v1";

    internal ServiceProfile EffectiveProfile => Profile ?? new ServiceProfile
    {
        Arrivals = new ArrivalModel { RequestsPerSecond = RequestsPerSecond, DiurnalSwing = 0 },
        Errors = new ErrorModel { BaseRate = BaseErrorRate },
    };
}
