using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Play;
using Guardrail.Simulation.Tests.Controllers;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Tests.Scenarios;

/// <summary>The small model of a rolling update, side by side with the embedded controllers.</summary>
public sealed class RollingUpdateTests
{
    private static readonly KubeletTiming Exact = new() { Bind = TimeSpan.Zero, Ready = TimeSpan.FromSeconds(10), End = TimeSpan.Zero, Jitter = 0 };

    [TestCase(10, null, null, false)]
    [TestCase(4, null, null, false)]
    [TestCase(1, null, null, false)]
    [TestCase(3, null, null, false)]
    [TestCase(7, 2, 0, false)]
    [TestCase(7, 0, 2, false)]
    [TestCase(5, null, null, true)]
    public async Task Goes_as_the_embedded_controllers_do(int replicas, int? surge, int? unavailable, bool recreate)
    {
        var model = new Model(new UpdateStrategy { MaxSurge = surge, MaxUnavailable = unavailable, Recreate = recreate }, replicas);
        await using var bench = await BenchAsync(replicas, surge, unavailable, recreate);
        bench.SetImage("web", "web:two");
        model.Deploy("two");
        AssertSame(bench, model, TimeSpan.FromSeconds(120));
    }

    [Test]
    public async Task Stands_still_while_paused_and_goes_on()
    {
        var model = new Model(new UpdateStrategy(), 10);
        await using var bench = await BenchAsync(10, null, null, recreate: false);
        bench.SetImage("web", "web:two");
        bench.RunFor(TimeSpan.FromMilliseconds(1));
        model.Deploy("two");
        bench.Modify("web", d => d["spec"]!["paused"] = true);
        model.Deployment.Hold(Guardrail.Engine.Workloads.PauseState.ByGuardrail, model.Now);
        AssertSame(bench, model, TimeSpan.FromSeconds(60));
        bench.Modify("web", d => d["spec"]!.AsObject().Remove("paused"));
        model.Deployment.Resume(byGuardrail: true, model.Now);
        AssertSame(bench, model, TimeSpan.FromSeconds(120));
    }

    [Test]
    public async Task Goes_back_in_the_middle()
    {
        var model = new Model(new UpdateStrategy(), 10);
        await using var bench = await BenchAsync(10, null, null, recreate: false);
        bench.SetImage("web", "web:two");
        model.Deploy("two");
        AssertSame(bench, model, TimeSpan.FromSeconds(15));
        bench.SetImage("web", "web:one");
        model.Deployment.RollBack(model.Deployment.Revisions.Single(r => r.Name == "one"), "d", model.Now);
        AssertSame(bench, model, TimeSpan.FromSeconds(120));
    }

    private static async Task<ControllerBench> BenchAsync(int replicas, int? surge, int? unavailable, bool recreate)
    {
        var bench = new ControllerBench(Exact);
        var strategy = new JsonObject { ["type"] = recreate ? "Recreate" : "RollingUpdate" };
        if (surge is not null)
        {
            strategy["rollingUpdate"] = new JsonObject { ["maxSurge"] = surge, ["maxUnavailable"] = unavailable };
        }

        bench.Store.Create(
            ResourceTypes.Deployments, ControllerBench.Namespace,
            ControllerBench.Deployment("web", replicas, "web:one", new JsonObject { ["strategy"] = strategy }));
        bench.RunFor(TimeSpan.FromSeconds(60));
        return await Task.FromResult(bench);
    }

    private static void AssertSame(ControllerBench bench, Model model, TimeSpan time)
    {
        var end = model.Now + time;
        while (model.Now < end)
        {
            bench.RunFor(TimeSpan.FromSeconds(1));
            model.RunTo(model.Now + TimeSpan.FromSeconds(1));
            Assert.That(model.Shown(), Is.EqualTo(Shown(bench)), $"at {model.Now}");
        }
    }

    /// <summary>Pods of each image that are there and that are ready.</summary>
    private static string Shown(ControllerBench bench) => Line(bench.Pods
        .Where(p => p["metadata"]!["deletionTimestamp"] is null)
        .Select(p => (
            ((string)p["spec"]!["containers"]![0]!["image"]!).Split(':')[1],
            (p["status"]?["conditions"] as JsonArray)?.Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True") == true)));

    private static string Line(IEnumerable<(string Name, bool Ready)> pods) => string.Join(", ", pods.GroupBy(p => p.Name)
        .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}: {g.Count()} pods, {g.Count(p => p.Ready)} ready"));

    private sealed class Model : IPodHost
    {
        public Model(UpdateStrategy strategy, int replicas)
        {
            var service = new ScenarioService
            {
                Name = "web",
                Pods = replicas,
                Strategy = strategy,
                StartUp = Exact.Ready,
                Profile = new ServiceProfile { Latency = null },
            };
            Deployment = new(service, new("demo", WorkloadKind.Deployment, "web"), "uid", new("one", RevisionBehaviour.Healthy), this);
            Deployment.BeSettled(TimeSpan.Zero, TimeSpan.Zero);
        }

        public VirtualDeployment Deployment { get; }

        public TimeSpan Now { get; private set; }

        public void Deploy(string name) => Deployment.Deploy(new(name, RevisionBehaviour.Healthy), null, ChangeAuthor.Unknown, Now);

        public void RunTo(TimeSpan end)
        {
            while (Deployment.Due <= end)
            {
                Now = Deployment.Due > Now ? Deployment.Due : Now;
                Deployment.Advance(Now);
            }

            Now = end;
        }

        public string Shown() => Line(Deployment.Pods.Select(p => (p.Revision.Name, p.ReadySince is not null)));

        public void Made(VirtualPod pod, TimeSpan now)
        {
        }

        public RevisionBehaviour Starts(VirtualPod pod, TimeSpan now) => pod.Revision.Behaviour;

        public void Ready(VirtualPod pod, TimeSpan now)
        {
        }

        public void Ended(VirtualPod pod, TimeSpan now)
        {
        }

        public void Deleted(VirtualPod pod, TimeSpan now)
        {
        }
    }
}
