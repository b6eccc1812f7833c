using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Tests.Load;

/// <summary>Hundreds of Deployments behind the ports of the daemon: what its feed tells, its source reads and its actuator writes. Thread safe.</summary>
internal sealed class LoadCluster(TimeProvider time, int seed) : IWorkloadFeed, IMetricSource, IActuator
{
    private readonly Lock gate = new();
    private readonly Random chance = new(seed);
    private readonly Dictionary<WorkloadId, LoadWorkload> workloads = [];
    private readonly Channel<WorkloadChange> changes = Channel.CreateUnbounded<WorkloadChange>();
    private DateTimeOffset servedUntil = time.GetUtcNow();
    private int made;

    public string Name => "the load test";

    public bool KeepsHistory => false;

    /// <summary>Reads so far; each is one query per signal.</summary>
    public int Reads { get; private set; }

    public int Rollbacks { get; private set; }

    /// <summary>When each rollback took effect.</summary>
    public List<DateTimeOffset> RolledBackAt { get; } = [];

    public void Create(string name)
    {
        lock (gate)
        {
            var workload = new LoadWorkload(name, $"uid-{++made}", time.GetUtcNow());
            workloads.Add(workload.Id, workload);
            changes.Writer.TryWrite(new WorkloadChange.Changed(workload.View()));
        }
    }

    public void Delete(WorkloadId id)
    {
        lock (gate)
        {
            workloads.Remove(id);
            changes.Writer.TryWrite(new WorkloadChange.Removed(id));
        }
    }

    public void Deploy(WorkloadId id, string hash, double errorRate) => Change(id, w => w.Deploy(hash, errorRate, time.GetUtcNow()));

    public string TemplateOf(WorkloadId id)
    {
        lock (gate)
        {
            return workloads[id].Template;
        }
    }

    /// <summary>The controllers work: what nobody holds is completed.</summary>
    public void Reconcile()
    {
        lock (gate)
        {
            foreach (var workload in workloads.Values)
            {
                if (workload.GoOn(time.GetUtcNow()))
                {
                    changes.Writer.TryWrite(new WorkloadChange.Changed(workload.View()));
                }
            }
        }
    }

    public async IAsyncEnumerable<WorkloadChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        lock (gate)
        {
            while (changes.Reader.TryRead(out _))
            {
                // In the snapshot.
            }

            changes.Writer.TryWrite(new WorkloadChange.Snapshot([.. workloads.Values.Select(w => w.View())]));
        }

        await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
        {
            yield return change;
        }
    }

    public ValueTask<MetricReport> ReadAsync(MetricScope scope, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            Reads++;
            var now = time.GetUtcNow();
            var seconds = (now - servedUntil).TotalSeconds;
            servedUntil = now;
            var readings = ImmutableArray.CreateBuilder<PodReading>(2 * workloads.Count);
            foreach (var workload in workloads.Values)
            {
                workload.Serve(chance, seconds);
                readings.AddRange(workload.Read(now));
            }

            return ValueTask.FromResult(new MetricReport(
                now, [.. scope.Signals.Select(s => new SignalReport.Counters(s.Id, [], readings.ToImmutable(), []))]));
        }
    }

    public IAsyncEnumerable<MetricReport> BackfillAsync(
        MetricScope scope, DateTimeOffset from, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<MetricReport>();

    public ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        var outcome = (ActionOutcome)new ActionOutcome.Impossible("the workload is gone");
        Change(action.Workload, w => outcome = w.Apply(action, time.GetUtcNow()));
        if (action is WorkloadAction.RollBack && outcome is ActionOutcome.Applied)
        {
            lock (gate)
            {
                Rollbacks++;
                RolledBackAt.Add(time.GetUtcNow());
            }
        }

        return ValueTask.FromResult(outcome);
    }

    public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private void Change(WorkloadId id, Action<LoadWorkload> change)
    {
        lock (gate)
        {
            if (workloads.TryGetValue(id, out var workload))
            {
                change(workload);
                changes.Writer.TryWrite(new WorkloadChange.Changed(workload.View()));
            }
        }
    }
}
