using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Scenarios;

/// <summary>
/// One Deployment as the API server and its controller treat it: revisions numbered anew when they come back, no ReplicaSet made while paused,
/// writes conditional on uid, generation and revision. Nothing happens but in <see cref="Step"/> and by the writes.
/// </summary>
internal sealed partial class FakeCluster
{
    public static readonly ImmutableArray<double> Edges = [0.1, 0.5, 2.5];
    public static readonly WorkloadId Checkout = new("shop", WorkloadKind.Deployment, "checkout");

    private readonly Random random;
    private readonly List<(Release Release, long Number, bool KnownGood)> revisions = [];
    private readonly List<FakePod> pods = [];
    private readonly Dictionary<FakePod, double> broken = [];
    private Release template;
    private string? pausedBy;
    private bool pausedByUs;
    private string? rolledBackBy;
    private RequestedRollback? requested;
    private int podsMade;
    private int stepsSinceBatch;
    private DateTimeOffset progressAt;

    public FakeCluster(int seed, int replicas, Release first, DateTimeOffset now)
    {
        (random, Replicas, template, Now, progressAt) = (new Random(seed), replicas, first, now, now);
        Reconcile();
        foreach (var pod in pods)
        {
            pod.ReadySince = now;
        }

        Observed = true;
    }

    public DateTimeOffset Now { get; private set; }

    public int Replicas { get; set; }

    public double RequestsPerSecond { get; set; } = 200;

    public bool Recreate { get; set; }

    /// <summary>Steps from one batch of pods to the next (minReadySeconds).</summary>
    public int StepsPerBatch { get; set; } = 1;

    /// <summary>While set, no new pod becomes ready (an image is being pulled).</summary>
    public bool HoldBackReadiness { get; set; }

    public bool Irreversible { get; set; }

    /// <summary>Whether Guardrail has suspended what the manifests come from.</summary>
    public bool IsSourceSuspended { get; set; }

    /// <summary>Least share of errors that every pod shows, whatever its release: something that all of them need fails.</summary>
    public double Dependency { get; set; }

    public string? Veto { get; set; }

    public string Uid { get; set; } = "uid-1";

    public long Generation { get; private set; } = 1;

    public bool Observed { get; private set; }

    public bool Paused { get; private set; }

    /// <summary>Who wrote the template last, as far as the cluster tells.</summary>
    public string? TemplateManager { get; set; }

    public ChangeAuthor MadeBy { get; set; }

    /// <summary>Signals that no pod reports.</summary>
    public HashSet<string> Silent { get; } = [];

    public HashSet<string> Quarantined { get; } = [];

    /// <summary>Every write that changed the workload, by anybody.</summary>
    public List<string> Writes { get; } = [];

    public string Template => template.Hash;

    public IReadOnlyList<FakePod> Pods => pods;

    public int PodsOf(string hash) => pods.Count(p => p.Release.Hash == hash);

    public bool IsKnownGood(string hash) => revisions.Any(r => r.Release.Hash == hash && r.KnownGood);

    public long NumberOf(string hash) => revisions.First(r => r.Release.Hash == hash).Number;

    public void MarkKnownGood(string hash)
    {
        var at = revisions.FindIndex(r => r.Release.Hash == hash);
        revisions[at] = revisions[at] with { KnownGood = true };
    }

    public void Forget(string hash) => revisions.RemoveAll(r => r.Release.Hash == hash);

    /// <summary>Somebody changes the template.</summary>
    public void Deploy(Release release)
    {
        template = release;
        Write($"deploy {release.Hash}");
    }

    /// <summary>A person, or GitOps, writes an earlier template back.</summary>
    public void Redeploy(string hash) => Deploy(revisions.First(r => r.Release.Hash == hash).Release);

    public void PauseByPerson()
    {
        (Paused, pausedByUs) = (true, false);
        pausedBy = null;
        Write("pause");
    }

    public void ResumeByPerson()
    {
        (Paused, progressAt) = (false, Now);
        Write("unpause");
    }

    /// <summary>Guardrail returns the workload because a person asked it to: no decision of the engine.</summary>
    public void RollBackOnRequest(string hash, string request, string why)
    {
        Quarantined.Add(template.Hash);
        (Paused, pausedByUs, pausedBy, rolledBackBy) = (false, false, null, request);
        requested = new(request, why);
        Redeploy(hash);
    }

    public void Scale(int replicas)
    {
        Replicas = replicas;
        Write($"scale {replicas}");
    }

    /// <summary>Time passes: traffic is served, then the controller works.</summary>
    public void Step(TimeSpan time)
    {
        Now += time;
        Serve(time);
        Reconcile();
        Observed = true;
    }

    /// <summary>The controller works before anybody looks.</summary>
    public void ReconcileUnseen()
    {
        Reconcile();
        Observed = true;
    }

    /// <summary>A pod that served well begins to fail.</summary>
    public void Break(FakePod pod, double errorRate) => broken[pod] = errorRate;

    public ActionOutcome Apply(WorkloadAction action)
    {
        var expected = action.Precondition;
        if (action is WorkloadAction.RollBack && rolledBackBy == action.Decision.Value && expected.Uid == Uid)
        {
            return new ActionOutcome.AlreadyDone();
        }

        var resumesNothing = action is WorkloadAction.Resume && !Paused;
        var revisionDiffers = Current != expected.CurrentRevision?.Hash && action is not WorkloadAction.Resume;
        if (expected.Uid != Uid || expected.Generation != Generation || revisionDiffers || (action is WorkloadAction.Hold && Paused))
        {
            return new ActionOutcome.LostRace("the workload has changed");
        }

        if (resumesNothing)
        {
            return new ActionOutcome.AlreadyDone();
        }

        switch (action)
        {
            case WorkloadAction.Hold:
                (Paused, pausedByUs, pausedBy) = (true, true, expected.CurrentRevision!.Value.Hash);
                Write("guardrail holds");
                break;
            case WorkloadAction.Resume:
                (Paused, pausedByUs, pausedBy, progressAt) = (false, false, null, Now);
                Write("guardrail resumes");
                break;
            case WorkloadAction.RollBack rollBack:
                template = revisions.First(r => r.Release.Hash == rollBack.To.Hash).Release;
                (Paused, pausedByUs, pausedBy, rolledBackBy, requested) = (false, false, null, action.Decision.Value, null);
                Quarantined.Add(expected.CurrentRevision!.Value.Hash);
                Write($"guardrail rolls back to {rollBack.To}");
                break;
            case WorkloadAction.SuspendSource:
                IsSourceSuspended = true;
                Writes.Add($"guardrail suspends what {expected.CurrentRevision} comes from");
                break;
            default:
                MarkKnownGood(expected.CurrentRevision!.Value.Hash);
                break;
        }

        return new ActionOutcome.Applied();
    }

    public WorkloadView View() => new()
    {
        Id = Checkout,
        Uid = Uid,
        Generation = Generation,
        DesiredReplicas = Replicas,
        CurrentRevision = Current is { } current ? new RevisionId(current) : null,
        Revisions = [.. revisions.OrderBy(r => r.Number).Select(r => new RevisionView
        {
            Id = new(r.Release.Hash), Number = r.Number, DesiredReplicas = PodsOf(r.Release.Hash), KnownGood = r.KnownGood,
        })],
        Pods = [.. pods.Select(p => new PodView
        {
            Id = IdOf(p), Uid = "uid-" + p.Name, Revision = new(p.Release.Hash), CreatedAt = p.CreatedAt, ReadySince = p.ReadySince,
            Restarts = p.Restarts, WaitingReason = p.Restarts > 1 ? "CrashLoopBackOff" : null,
        })],
        Observed = Observed,
        Pause = (Paused, pausedByUs, pausedBy) switch
        {
            (true, true, _) => PauseState.ByGuardrail,
            (true, false, _) => PauseState.ByOther,
            (false, true, { } hash) when hash == Current => PauseState.ResumedByOther,
            _ => PauseState.Running,
        },
        ProgressDeadlineExceeded = Observed && !Paused && !IsComplete && Now - progressAt >= TimeSpan.FromMinutes(10),
        RollsGradually = !Recreate,
        Irreversible = Irreversible,
        VetoedDecision = Veto,
        TemplateManager = TemplateManager,
        MadeBy = MadeBy,
        RequestedRollback = requested,
        Quarantined = [.. Quarantined.Select(h => new RevisionId(h))],
    };

    public MetricReport Report(IEnumerable<SignalDefinition> signals) => new(Now, [.. signals.Select(Report)]);

    private string? Current => revisions.Any(r => r.Release == template) ? template.Hash : null;

    private bool IsComplete => pods.TrueForAll(p => p.Release == template && p.ReadySince is not null) && pods.Count == Replicas;

    private static PodId IdOf(FakePod pod) => new("shop", pod.Name);

    private SignalReport Report(SignalDefinition signal) => Silent.Contains(signal.Id.Name)
        ? new SignalReport.Counters(signal.Id, [], [], [])
        : signal is SignalDefinition.Latency ? new SignalReport.Counters(signal.Id, Edges, [.. Serving.Select(p => Reading(p, [.. p.Slower]))], [])
        : new SignalReport.Counters(signal.Id, [], [.. Serving.Select(p => Reading(p, [p.Errors]))], []);

    private PodReading Reading(FakePod pod, ImmutableArray<long> events) => new(IdOf(pod), Now, [new("", pod.Requests, events)]);

    private IEnumerable<FakePod> Serving => pods.Where(p => p.ReadySince is not null);

    private void Write(string what)
    {
        Generation++;
        Observed = false;
        Writes.Add(what);
    }
}
