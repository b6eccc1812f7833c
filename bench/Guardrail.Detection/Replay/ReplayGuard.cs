using System.Collections.Immutable;
using Guardrail.Detection.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Replay;

/// <summary>How a replayed rollout is made up.</summary>
/// <param name="Tick">Distance between two reads of the counters.</param>
/// <param name="Edges">Histogram edges in seconds; empty when latency is not known.</param>
/// <param name="HasErrors">Whether errors are known.</param>
/// <param name="OldPods">Pods of the old revision, among which its requests are dealt out.</param>
/// <param name="NewPods">Pods of the new revision.</param>
/// <param name="Replaces">Whether the new pods replace the old ones at once.</param>
internal sealed record ReplayShape(TimeSpan Tick, ImmutableArray<double> Edges, bool HasErrors, int OldPods, int NewPods, bool Replaces);

/// <summary>One replayed rollout: recorded counts dealt out to the pods of two revisions, judged by the daemon's engine and defaults.</summary>
internal sealed class ReplayGuard
{
    private static readonly RevisionId Old = new("old");
    private static readonly RevisionId New = new("new");
    private static readonly WorkloadId Workload = new(GuardNamespaces.Services, WorkloadKind.Deployment, "replayed");
    private static readonly DateTimeOffset Origin = DateTimeOffset.UnixEpoch.AddYears(50);

    private readonly ReplayShape shape;
    private readonly RandomSource random;
    private readonly GuardPolicy policy;
    private readonly Stage stage;
    private readonly Batch[] counters;
    private DateTimeOffset now = Origin;
    private DateTimeOffset? began;

    public ReplayGuard(ReplayShape shape, RandomSource random)
    {
        (this.shape, this.random) = (shape, random);
        policy = GuardDefaults.Policy(shape.Tick);
        stage = new([policy]);
        counters = [.. Enumerable.Repeat(Batch.None(shape.Edges.Length), shape.OldPods + shape.NewPods)];
        stage.Show(View(), now);
        Report(0, shape.OldPods);
    }

    /// <summary>Whether it has been taken back.</summary>
    public bool IsDecided => stage.Of(Workload).RolledBackAt is not null;

    /// <summary>Requests of the new revision so far.</summary>
    public long CanaryRequests => counters.AsSpan(shape.OldPods).ToArray().Sum(pod => pod.Requests);

    /// <summary>What was decided, with times from the start of the rollout.</summary>
    public GuardOutcome Outcome
    {
        get
        {
            var record = stage.Of(Workload);
            var verdict = stage.Verdict(Workload);
            return new(Since(record.RolledBackAt), Since(record.HeldAt), Since(record.PagedAt), record.Reason ?? $"{verdict?.Name}: {verdict?.Reason}");
        }
    }

    /// <summary>A tick before the rollout.</summary>
    public void Before(Batch batch)
    {
        now += shape.Tick;
        Count(batch.Split(shape.OldPods, random), 0);
        Report(0, shape.OldPods);
    }

    /// <summary>A tick of the rollout; the old revision's part is left out where it has been replaced.</summary>
    public void During(Batch old, Batch fresh)
    {
        if (began is null)
        {
            began = now;
            stage.Show(View(), now);
            Report(shape.Replaces ? shape.OldPods : 0, counters.Length);
        }

        now += shape.Tick;
        if (!shape.Replaces)
        {
            Count(old.Split(shape.OldPods, random), 0);
        }

        Count(fresh.Split(shape.NewPods, random), shape.OldPods);
        Report(shape.Replaces ? shape.OldPods : 0, counters.Length);
    }

    private double? Since(DateTimeOffset? at) => at is { } moment && began is { } start ? (moment - start).TotalSeconds : null;

    private void Count(ImmutableArray<Batch> parts, int first)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            counters[first + i] = counters[first + i].Plus(parts[i]);
        }
    }

    private void Report(int from, int until)
    {
        var reports = ImmutableArray.CreateBuilder<SignalReport>(policy.Signals.Count);
        foreach (var signal in policy.Signals)
        {
            reports.Add(signal switch
            {
                SignalDefinition.ErrorRate when shape.HasErrors => new SignalReport.Counters(signal.Id, [], Readings(from, until, pod => [pod.Errors]), []),
                SignalDefinition.Latency when !shape.Edges.IsEmpty => new SignalReport.Counters(signal.Id, shape.Edges, Readings(from, until, pod => pod.Slower), []),
                _ => new SignalReport.NoEvidence(signal.Id, "it was not recorded"),
            });
        }

        stage.Read(policy.Signals, new(now, reports.MoveToImmutable()));
    }

    private ImmutableArray<PodReading> Readings(int from, int until, Func<Batch, ImmutableArray<long>> events) =>
        [.. Enumerable.Range(from, until - from).Select(i => new PodReading(Id(i), now, [new(string.Empty, counters[i].Requests, events(counters[i]))]))];

    private PodId Id(int pod) => new(GuardNamespaces.Services, pod < shape.OldPods ? $"old-{pod}" : $"new-{pod - shape.OldPods}");

    private WorkloadView View()
    {
        var (old, fresh) = began is null ? (shape.OldPods, 0) : (shape.Replaces ? 0 : shape.OldPods, shape.NewPods);
        var earlier = new RevisionView { Id = Old, Number = 1, DesiredReplicas = old, KnownGood = true };
        return new()
        {
            Id = Workload,
            Uid = "uid",
            Generation = 1,
            DesiredReplicas = old + fresh,
            CurrentRevision = began is null ? Old : New,
            Revisions = began is null ? [earlier] : [earlier, new() { Id = New, Number = 2, DesiredReplicas = fresh }],
            Pods = [.. Enumerable.Range(0, old).Concat(Enumerable.Range(shape.OldPods, fresh)).Select(Pod)],
        };
    }

    private PodView Pod(int pod)
    {
        var since = pod < shape.OldPods ? Origin.AddDays(-1) : began!.Value;
        return new() { Id = Id(pod), Uid = Id(pod).Name, Revision = pod < shape.OldPods ? Old : New, CreatedAt = since, ReadySince = since };
    }
}
