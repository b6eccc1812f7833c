using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Controllers.DaemonSets;
using Guardrail.Simulation.Controllers.Deployments;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Controllers.Loop;
using Guardrail.Simulation.Controllers.Nodes;
using Guardrail.Simulation.Controllers.ReplicaSets;
using Guardrail.Simulation.Controllers.StatefulSets;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Simulation.Tests.Controllers;

/// <summary>A store with its controllers in virtual time, driven step by step on the test's own thread.</summary>
internal sealed class ControllerBench : IAsyncDisposable
{
    public const string Namespace = "demo";
    public static readonly DateTimeOffset Start = new(2026, 3, 11, 9, 0, 0, TimeSpan.Zero);
    private readonly IDisposable subscription;
    private readonly GarbageCollector collector;

    public ControllerBench(KubeletTiming? timing = null, ulong seed = 1, IPodRuntime? runtime = null)
    {
        timing ??= new KubeletTiming();
        Time = new FakeTimeProvider(Start);
        Store = new ObjectStore(Time, new Random(1));
        Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } });
        subscription = Store.Subscribe(Changes.Add);
        collector = new GarbageCollector(Store);
        Loop = new ControllerLoop(Store, Time);
        var events = new EventRecorder(Store, Time, true);
        Loop.Add(new DeploymentController(events));
        Loop.Add(new ReplicaSetController(events));
        Loop.Add(new StatefulSetController(events));
        Loop.Add(new DaemonSetController(events));
        Loop.Add(new LostNodeController());
        Kubelet = new SimulatedKubelet(timing, runtime ?? new PlainRuntime(timing), seed);
        Loop.Add(Kubelet);
    }

    public FakeTimeProvider Time { get; }

    public ObjectStore Store { get; }

    public ControllerLoop Loop { get; }

    public SimulatedKubelet Kubelet { get; }

    public List<StoreEvent> Changes { get; } = [];

    public IReadOnlyList<JsonObject> Pods => Store.List(ResourceTypes.Pods, Namespace).Items;

    public static JsonObject Deployment(string name, int replicas, string image, JsonObject? more = null)
    {
        var spec = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "web", ["image"] = image }) },
            },
        };
        foreach (var (key, value) in more ?? [])
        {
            spec[key] = value!.DeepClone();
        }

        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec };
    }

    public void RunUntil(TimeSpan sinceStart)
    {
        var end = Start + sinceStart;
        while (Loop.Step() is { } next && next <= end)
        {
            Time.SetUtcNow(next > Time.GetUtcNow() ? next : Time.GetUtcNow());
        }

        Time.SetUtcNow(end > Time.GetUtcNow() ? end : Time.GetUtcNow());
        Loop.Step();
    }

    public void RunFor(TimeSpan time) => RunUntil(Time.GetUtcNow() - Start + time);

    public void Modify(string name, Action<JsonObject> change) =>
        Store.Modify(ResourceTypes.Deployments, Namespace, name, d =>
        {
            change(d);
            return true;
        });

    public void Modify(ResourceType type, string name, Action<JsonObject> change) =>
        Store.Modify(type, type.Namespaced ? Namespace : null, name, d =>
        {
            change(d);
            return true;
        });

    public void SetImage(ResourceType type, string name, string image) =>
        Modify(type, name, d => d["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    public void AddNode(string name, JsonObject? spec = null) => Store.Create(
        ResourceTypes.Nodes, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec ?? [] });

    public void SetImage(string name, string image) =>
        Modify(name, d => d["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    public void Delete(string name) => Delete(ResourceTypes.Deployments, name);

    public void Delete(ResourceType type, string name)
    {
        Store.Delete(type, type.Namespaced ? Namespace : null, name);
        collector.Collect();
    }

    public JsonObject Get(string name) => Store.Get(ResourceTypes.Deployments, Namespace, name);

    public async ValueTask DisposeAsync()
    {
        subscription.Dispose();
        collector.Dispose();
        await Loop.DisposeAsync();
    }
}
