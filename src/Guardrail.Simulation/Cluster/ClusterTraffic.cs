using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Controllers.Deployments;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Controllers.Revisions;
using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Cluster;

/// <summary>What runs in the pods of the cluster: the traffic of every service, brought up to now whenever somebody looks.</summary>
internal sealed class ClusterTraffic : PlainRuntime, IPodMetrics
{
    private readonly ConcurrentDictionary<(string Namespace, string Name), ServiceState> services = new();
    private readonly ConcurrentDictionary<(string Namespace, string Pod), ServiceState> byPod = new();
    private readonly ConcurrentDictionary<string, RevisionBehaviour> behaviours;
    private readonly EmbeddedClusterOptions options;
    private readonly DateTimeOffset? start;

    /// <param name="options">What the cluster consists of.</param>
    /// <param name="start">From when on the times of the traffic count, unless it is awaited.</param>
    public ClusterTraffic(EmbeddedClusterOptions options, DateTimeOffset start)
        : base(options.Timing)
    {
        (this.options, this.start) = (options, options.AwaitsTraffic ? null : start);
        behaviours = new ConcurrentDictionary<string, RevisionBehaviour>(options.Behaviours, StringComparer.Ordinal);
    }

    /// <summary>Names the revision of a pod, as images are named. Default: the image of its first container.</summary>
    public Func<JsonObject, string> ImageOf { get; init; } = Image;

    /// <summary>Port of the endpoint; set before the first pod is bound.</summary>
    public int Port { get; set; }

    public IReadOnlyList<PodTarget> Targets => [.. services.OrderBy(s => s.Key).SelectMany(s => s.Value.Targets())];

    public void Add(ServiceOptions service) =>
        services.TryAdd((service.Namespace, service.Name), new ServiceState(service, options.Seed, start, options.TrafficStep));

    public void Register(string image, RevisionBehaviour behaviour) => behaviours[image] = behaviour;

    public ServiceState? Service(string ns, string name) => services.GetValueOrDefault((ns, name));

    /// <summary>From now on the pods get requests.</summary>
    public void Begin(DateTimeOffset at)
    {
        foreach (var service in services.Values)
        {
            service.Begin(at);
        }
    }

    public string? Scrape(string @namespace, string pod, ExpositionFormat format) =>
        byPod.TryGetValue((@namespace, pod), out var service)
            ? service.Scrape(pod, options.TimeProvider.GetUtcNow(), options.Instruments, format)
            : null;

    public override IEnumerable<KeyValuePair<string, string>> Annotations(JsonObject pod)
    {
        if (ServiceOf(pod) is null)
        {
            return [];
        }

        var (ns, name) = Kube.Key(pod);
        return
        [
            new("prometheus.io/scrape", "true"),
            new("prometheus.io/port", Port.ToString(CultureInfo.InvariantCulture)),
            new("prometheus.io/path", PodMetricsEndpoint.PathOf(ns, name)),
        ];
    }

    public override ContainerRun Start(JsonObject pod, DateTimeOffset at)
    {
        var service = ServiceOf(pod);
        var run = service?.StartUp is { } startUp ? new ContainerRun.Runs(startUp, null, false) : base.Start(pod, at);
        if (service is null || run is not ContainerRun.Runs plain)
        {
            return run;
        }

        var (ns, name) = Kube.Key(pod);
        var image = ImageOf(pod);
        var labels = pod["metadata"]?["labels"];
        var hash = Kube.Text(labels?[TemplateHash.Label] ?? labels?[RevisionStyle.PodLabel]);
        var behaviour = service.Starts(behaviours.GetValueOrDefault(image, RevisionBehaviour.Healthy), at);
        var (since, ordinal) = service.Place(name, hash, image, at);
        service.Started(name, hash, image, behaviour, at);
        byPod[(ns, name)] = service;
        var end = behaviour.EndOfRun(ordinal, since);
        return new ContainerRun.Runs(
            behaviour.BecomesReady(ordinal, since) ? plain.ReadyAfter : null,
            end?.After ?? plain.EndsAfter,
            end?.OutOfMemory ?? plain.OutOfMemory);
    }

    public override void Ready(JsonObject pod, DateTimeOffset at) => Find(pod)?.Ready(Kube.Name(pod), at);

    public override void Ended(JsonObject pod, DateTimeOffset at) => Find(pod)?.Ended(Kube.Name(pod), at);

    public override void Leaving(JsonObject pod, DateTimeOffset at) => Find(pod)?.Leaving(Kube.Name(pod), at);

    public override void Gone(JsonObject pod, DateTimeOffset at)
    {
        Find(pod)?.Gone(Kube.Name(pod), at);
        var (ns, name) = Kube.Key(pod);
        byPod.TryRemove((ns, name), out _);
    }

    private ServiceState? Find(JsonObject pod)
    {
        var (ns, name) = Kube.Key(pod);
        return byPod.GetValueOrDefault((ns, name));
    }

    /// <summary>The service of a pod is its owner, or the Deployment whose ReplicaSet owns it: the name without the hash.</summary>
    private ServiceState? ServiceOf(JsonObject pod)
    {
        var controller = Kube.Controller(pod);
        var owner = Kube.Text(controller?["name"]);
        if (Kube.Text(controller?["kind"]) is not "ReplicaSet")
        {
            return services.GetValueOrDefault((Kube.Key(pod).Namespace, owner));
        }

        var hash = owner.LastIndexOf('-');
        return hash < 0 ? null : services.GetValueOrDefault((Kube.Key(pod).Namespace, owner[..hash]));
    }
}
