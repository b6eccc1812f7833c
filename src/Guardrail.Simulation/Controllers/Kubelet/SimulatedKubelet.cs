using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.DaemonSets;
using Guardrail.Simulation.Controllers.Loop;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>Scheduler and kubelet in one: binds pods, runs their containers, reports their status and ends them.</summary>
internal sealed class SimulatedKubelet(KubeletTiming timing, IPodRuntime runtime, ulong seed) : IController
{
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);
    private static readonly WriteOptions Writer = new("kubelet");
    private readonly Dictionary<ObjectKey, PodRun> runs = [];
    private int nextNode;

    public void Observe(StoreEvent change, ControllerLoop loop)
    {
        if (change.Type != ResourceTypes.Pods)
        {
            return;
        }

        var key = Kube.Key(change.Item);
        if (change.Change == StoreChange.Deleted)
        {
            if (runs.Remove(key, out var run) && run.Uid == Kube.Uid(change.Item))
            {
                runtime.Leaving(change.Item, loop.Now);
                runtime.Gone(change.Item, loop.Now);
            }
        }
        else
        {
            loop.Enqueue(this, key);
        }
    }

    public void Sync(ObjectKey key, ControllerLoop loop)
    {
        if (loop.Index.Find(ResourceTypes.Pods, key) is not { } pod)
        {
            return;
        }

        if (!runs.TryGetValue(key, out var run) || run.Uid != Kube.Uid(pod))
        {
            run = new PodRun(Kube.Uid(pod), new RandomSource(seed, $"kubelet/{key.Namespace}/{key.Name}"));
            run.Due = loop.Now + Vary(timing.Bind, run);
            runs[key] = run;
            loop.EnqueueAfter(this, key, run.Due.Value - loop.Now);
        }

        if (Kube.IsDeleting(pod))
        {
            End(key, pod, run, loop);
        }
        else if (run.Due <= loop.Now)
        {
            run.Due = null;
            Advance(key, pod, run, loop);
            if (run.Due is { } due)
            {
                loop.EnqueueAfter(this, key, due - loop.Now);
            }
        }
    }

    /// <summary>Lets the containers of a pod end now, as a crash does. False when they are not running.</summary>
    public bool Crash(ObjectKey key, ControllerLoop loop, bool outOfMemory)
    {
        if (!runs.TryGetValue(key, out var run) || run.State is not ContainerState.Running running)
        {
            return false;
        }

        run.State = running with { EndsAt = loop.Now, OutOfMemory = outOfMemory };
        run.Due = loop.Now;
        loop.Enqueue(this, key);
        return true;
    }

    private void Advance(ObjectKey key, JsonObject pod, PodRun run, ControllerLoop loop)
    {
        switch (run.State)
        {
            case ContainerState.Unbound:
                Bind(key, pod, loop);
                run.State = new ContainerState.Starting();
                run.Due = loop.Now;
                break;
            case ContainerState.Starting:
                Start(key, pod, run, loop);
                break;
            case ContainerState.BackingOff:
                run.Restarts++;
                Start(key, pod, run, loop);
                break;
            case ContainerState.Running running when running.EndsAt <= loop.Now:
                Crash(key, pod, run, running, loop);
                break;
            case ContainerState.Running running when run.ToldReady is { } told && told != run.IsReady:
                run.IsReady = told;
                run.Due = running.EndsAt;
                Report(key, pod, run, loop);
                if (told)
                {
                    runtime.Ready(pod, loop.Now);
                }

                break;
            case ContainerState.Running running when !run.IsReady && running.ReadyAt <= loop.Now:
                run.IsReady = true;
                run.Due = running.EndsAt;
                Report(key, pod, run, loop);
                runtime.Ready(pod, loop.Now);
                break;
            case ContainerState.Running running:
                run.Due = running.EndsAt;
                break;
        }
    }

    private void Bind(ObjectKey key, JsonObject pod, ControllerLoop loop)
    {
        var node = NodePods.NodeOf(pod) is { Length: > 0 } wanted ? wanted : nextNode++ % 2 == 0 ? "node-a" : "node-b";
        loop.Store.Modify(ResourceTypes.Pods, key.Namespace, key.Name, item =>
        {
            ((JsonObject)item["spec"]!)["nodeName"] = node;
            foreach (var (name, value) in runtime.Annotations(pod))
            {
                Kube.Annotations(item)[name] = value;
            }

            return true;
        }, options: Writer);
        loop.Store.Modify(ResourceTypes.Pods, key.Namespace, key.Name, item =>
        {
            item["status"] = PodStatus.Scheduled(item, loop.Now);
            return true;
        }, "status", Writer);
    }

    private void Start(ObjectKey key, JsonObject pod, PodRun run, ControllerLoop loop)
    {
        switch (runtime.Start(pod, loop.Now))
        {
            case ContainerRun.PullFails:
                run.State = new ContainerState.PullFailing();
                Report(key, pod, run, loop);
                break;
            case ContainerRun.Runs plan:
                var ready = plan.ReadyAfter is { } after ? loop.Now + Vary(after, run) : (DateTimeOffset?)null;
                var ends = loop.Now + plan.EndsAfter;
                run.State = new ContainerState.Running(loop.Now, ready, ends, plan.OutOfMemory);
                run.Due = ready is null || ends < ready ? ends : ready;
                // The first start is told together with its readiness, as one quick pod is seen; what takes longer is told at once.
                if (run.Restarts > 0 || ready is null || ready - loop.Now > TimeSpan.FromSeconds(1))
                {
                    Report(key, pod, run, loop);
                }

                break;
            case ContainerRun.Lives lives:
                var state = new ContainerState.Running(loop.Now, null, null, false);
                run.State = state;
                run.Address = lives.Address;
                Report(key, pod, run, loop);
                lives.Begin(new Voice(this, loop, key, run, state));
                break;
        }
    }

    private void Crash(ObjectKey key, JsonObject pod, PodRun run, ContainerState.Running running, ControllerLoop loop)
    {
        run.IsReady = false;
        run.ToldReady = null;
        run.LastEnd = new PodRunEnd(running.Since, loop.Now, running.OutOfMemory);
        run.Crashes = loop.Now - running.Since >= timing.ForgetCrashesAfter ? 1 : run.Crashes + 1;
        // The first restart is immediate, the following ones wait longer and longer.
        var wait = run.Crashes == 1 ? TimeSpan.Zero : timing.CrashBackOff * Math.Pow(2, Math.Min(run.Crashes - 2, 10));
        wait = wait < LongestBackOff ? wait : LongestBackOff;
        run.State = new ContainerState.BackingOff(wait);
        run.Due = loop.Now + wait;
        runtime.Ended(pod, loop.Now);
        if (wait > TimeSpan.Zero)
        {
            Report(key, pod, run, loop);
        }
    }

    private void End(ObjectKey key, JsonObject pod, PodRun run, ControllerLoop loop)
    {
        if (run.Ends is not { } ends)
        {
            runtime.Leaving(pod, loop.Now);
            var grace = TimeSpan.FromSeconds((long?)pod["metadata"]!["deletionGracePeriodSeconds"] ?? 0);
            var takes = Vary(timing.End, run);
            run.Ends = ends = loop.Now + (takes < grace ? takes : grace);
            loop.EnqueueAfter(this, key, ends - loop.Now);
        }

        if (ends <= loop.Now)
        {
            loop.Store.Delete(ResourceTypes.Pods, key.Namespace, key.Name, new DeleteOptions { GracePeriodSeconds = 0, Uid = run.Uid });
        }
    }

    private static void Report(ObjectKey key, JsonObject pod, PodRun run, ControllerLoop loop) =>
        loop.Store.Modify(ResourceTypes.Pods, key.Namespace, key.Name, item =>
        {
            if (Kube.Uid(item) != Kube.Uid(pod))
            {
                return false;
            }

            item["status"] = PodStatus.Of(item, run, loop.Now);
            return true;
        }, "status", Writer);

    private TimeSpan Vary(TimeSpan time, PodRun run) => time * (1 + (timing.Jitter * ((2 * run.Random.NextDouble()) - 1)));

    /// <summary>What one run of a container says is heard as long as it goes on.</summary>
    private sealed class Voice(SimulatedKubelet kubelet, ControllerLoop loop, ObjectKey key, PodRun run, ContainerState.Running state) : IContainerVoice
    {
        public void IsReady(bool ready) => loop.Post(() =>
        {
            if (ReferenceEquals(run.State, state))
            {
                run.ToldReady = ready;
                run.Due = loop.Now;
                loop.Enqueue(kubelet, key);
            }
        });

        public void Ended(bool outOfMemory) => loop.Post(() =>
        {
            if (ReferenceEquals(run.State, state) && kubelet.runs.GetValueOrDefault(key) == run)
            {
                kubelet.Crash(key, loop, outOfMemory);
            }
        });
    }
}
