using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Detectors;

/// <summary>Several services whose counters go up by exactly what a test says, every five seconds, under one fleet. Holds are carried out.</summary>
internal sealed class Town
{
    public static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<WorkloadId, Service> services = [];
    private readonly GuardPolicy policy;
    private Fleet fleet;

    public Town(GuardPolicy? policy = null)
    {
        this.policy = policy ?? Policy;
        fleet = new([this.policy]);
    }

    /// <summary>Errors only, acts at once, never paced, bakes for two hours.</summary>
    public static GuardPolicy Policy { get; } = new()
    {
        Name = "shop",
        Namespace = "shop",
        Signals = [SignalPresets.Http[0]],
        Autonomy = Autonomy.Enforce,
        Bake = TimeSpan.FromHours(2),
        Pacing = Pacing.Off,
    };

    public DateTimeOffset Now { get; private set; } = Start;

    public List<Decision> Decisions { get; } = [];

    public static WorkloadId Id(string name) => new("shop", WorkloadKind.Deployment, name);

    public Service Open(string name, int pods)
    {
        var service = new Service(Id(name), Start.AddHours(-1));
        service.Run("v1", pods, Start.AddHours(-1));
        services.Add(service.Workload, service);
        Show(service);
        return service;
    }

    public Service Find(string name) => services[Id(name)];

    public RolloutStatus Rollout(string name) => fleet.Find(Id(name))!.Describe().Rollout!;

    public GuardedWorkload Guarded(string name) => fleet.Find(Id(name))!;

    /// <summary>The template changes; so many pods of each revision run from now on.</summary>
    public void Roll(Service service, string to, int old, int young)
    {
        service.RollTo(to, old, young, Now);
        Show(service);
    }

    public Town Run(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            Tick();
        }

        return this;
    }

    /// <summary>Seconds until the rollout of a service is rolled back; null when it is not within so many ticks.</summary>
    public int? UntilRolledBack(string name, int within)
    {
        for (var i = 1; i <= within; i++)
        {
            Tick();
            if (Rollout(name).Phase is RolloutPhase.RollingBack)
            {
                return i * 5;
            }
        }

        return null;
    }

    public void Restart()
    {
        var snapshots = fleet.Workloads.Select(w => w.Capture()).ToList();
        fleet = new([policy]);
        snapshots.ForEach(s => Assert.That(fleet.Restore(s)));
    }

    public void Show(Service service) => Carry(fleet.Observe(new WorkloadChange.Changed(service.View()), Now));

    private void Tick()
    {
        Now += policy.Tick;
        var readings = new List<PodReading>();
        foreach (var service in services.Values)
        {
            readings.AddRange(service.Serve(Now));
        }

        var scope = fleet.Scopes()[0];
        var reports = policy.Signals.Select(s => (SignalReport)new SignalReport.Counters(s.Id, [], [.. readings], []));
        Carry(fleet.Observe(scope, new MetricReport(Now, [.. reports])));
    }

    private void Carry(IReadOnlyList<Decision> decided)
    {
        foreach (var decision in decided.ToList())
        {
            Decisions.Add(decision);
            if (decision.Action is WorkloadAction.Hold or WorkloadAction.Resume)
            {
                var service = services[decision.Rollout.Workload];
                service.Pause(decision.Action is WorkloadAction.Hold);
                Carry(fleet.Observe(new ActionReport(Now, service.Workload, decision.Id, new ActionOutcome.Applied())));
                Show(service);
            }
        }
    }
}

/// <summary>A service of the town.</summary>
internal sealed class Service(WorkloadId workload, DateTimeOffset made)
{
    private readonly List<Pod> pods = [];
    private string current = "v1";
    private long generation = 1;
    private long numbers = 1;
    private bool paused;

    public WorkloadId Workload { get; } = workload;

    /// <summary>Requests and bad (or good) events of a pod in the tick that ends at a moment; by default 500 and none.</summary>
    public Func<Pod, (long Requests, long Events)> Load { get; set; } = _ => (500, 0);

    /// <summary>Whether a pod's counters can be read.</summary>
    public Func<Pod, bool> Reports { get; set; } = _ => true;

    public IReadOnlyList<Pod> Pods => pods;

    public void Run(string revision, int count, DateTimeOffset readySince)
    {
        for (var i = 0; i < count; i++)
        {
            pods.Add(new($"{Workload.Name}-{revision}-{i}", revision, readySince, i));
        }
    }

    public void RollTo(string revision, int old, int young, DateTimeOffset now)
    {
        var former = pods.Where(p => p.Revision != revision).Take(old).ToList();
        var kept = pods.Where(p => p.Revision == revision).Take(young).ToList();
        pods.Clear();
        pods.AddRange([.. former, .. kept]);
        for (var i = kept.Count; i < young; i++)
        {
            pods.Add(new($"{Workload.Name}-{revision}-{i}", revision, now, i));
        }

        if (current != revision)
        {
            (current, generation, numbers) = (revision, generation + 1, numbers + 1);
        }
    }

    public void Pause(bool on) => (paused, generation) = (on, generation + 1);

    public IEnumerable<PodReading> Serve(DateTimeOffset now)
    {
        foreach (var pod in pods)
        {
            var (requests, events) = Load(pod);
            pod.Requests += requests;
            pod.Events += events;
            if (Reports(pod))
            {
                yield return new(pod.Id, now, [new("", pod.Requests, [pod.Events])]);
            }
        }
    }

    public WorkloadView View() => new()
    {
        Id = Workload,
        Uid = "uid-" + Workload.Name,
        Generation = generation,
        DesiredReplicas = pods.Count,
        CurrentRevision = new(current),
        Pause = paused ? PauseState.ByGuardrail : PauseState.Running,
        Revisions =
        [
            .. pods.Select(p => p.Revision).Append("v1").Append(current).Distinct().Order(StringComparer.Ordinal).Select((r, i) => new RevisionView
            {
                Id = new(r), Number = r == current ? numbers : i, DesiredReplicas = pods.Count(p => p.Revision == r), CreatedAt = made,
            }),
        ],
        Pods =
        [
            .. pods.Select(p => new PodView
            {
                Id = p.Id, Uid = p.Id.Name, Revision = new(p.Revision), CreatedAt = p.ReadySince, ReadySince = p.ReadySince, Restarts = p.Restarts,
                OutOfMemoryKills = p.OutOfMemoryKills,
                Node = $"node-{p.Number}",
            }),
        ],
    };
}

/// <summary>A pod of a service.</summary>
internal sealed class Pod(string name, string revision, DateTimeOffset readySince, int number)
{
    public PodId Id { get; } = new("shop", name);

    public string Revision { get; } = revision;

    public DateTimeOffset ReadySince { get; } = readySince;

    /// <summary>Number among the pods of its revision, from 0.</summary>
    public int Number { get; } = number;

    public long Requests { get; set; }

    public long Events { get; set; }

    public int Restarts { get; set; }

    public int OutOfMemoryKills { get; set; }

    public bool IsNew => Revision != "v1";
}
