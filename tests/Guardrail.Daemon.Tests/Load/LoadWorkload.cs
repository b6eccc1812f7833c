using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Tests.Load;

/// <summary>
/// A Deployment of two pods as its controller treats it, without an API server between: one new pod at once, the rest when nothing is paused. Writes are
/// conditional on uid, generation and revision.
/// </summary>
internal sealed class LoadWorkload(string name, string uid, DateTimeOffset now)
{
    private const int Replicas = 2;
    private const int HistoryLimit = 4;

    private readonly List<(string Hash, long Number, bool KnownGood)> revisions = [("v0", 1, true)];
    private readonly List<LoadPod> pods = [.. Enumerable.Range(0, Replicas).Select(i => new LoadPod($"{name}-v0-{i}", "v0", 0.002, now))];
    private readonly HashSet<string> quarantined = [];
    private readonly Dictionary<string, double> rates = new() { ["v0"] = 0.002 };
    private string template = "v0";
    private string? rolledBackBy;
    private bool paused;
    private long generation = 1;
    private int podsMade;

    public WorkloadId Id { get; } = new("load", WorkloadKind.Deployment, name);

    public string Template => template;

    public void Deploy(string hash, double errorRate, DateTimeOffset now)
    {
        (template, rates[hash], paused) = (hash, errorRate, false);
        generation++;
        Reconcile(now, complete: false);
    }

    /// <summary>The controller goes on where nothing holds it.</summary>
    public bool GoOn(DateTimeOffset now)
    {
        if (paused || pods.TrueForAll(p => p.Hash == template))
        {
            return false;
        }

        Reconcile(now, complete: true);
        return true;
    }

    public void Serve(Random chance, double seconds)
    {
        foreach (var pod in pods)
        {
            var requests = (long)(seconds * (8 + (4 * chance.NextDouble())));
            pod.Requests += requests;
            var mean = requests * pod.ErrorRate;
            pod.Errors += Math.Min(requests, (long)Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * 1.7 * (chance.NextDouble() + chance.NextDouble() - 1)))));
        }
    }

    public IEnumerable<PodReading> Read(DateTimeOffset at) =>
        pods.Select(p => new PodReading(new("load", p.Name), at, [new CounterSeries("", p.Requests, [p.Errors])]));

    public ActionOutcome Apply(WorkloadAction action, DateTimeOffset now)
    {
        var expected = action.Precondition;
        if (action is WorkloadAction.RollBack && rolledBackBy == action.Decision.Value)
        {
            return new ActionOutcome.AlreadyDone();
        }

        if (expected.Uid != uid || expected.Generation != generation || expected.CurrentRevision?.Hash != template)
        {
            return new ActionOutcome.LostRace("the workload has changed");
        }

        switch (action)
        {
            case WorkloadAction.Hold:
                paused = true;
                break;
            case WorkloadAction.Resume:
                paused = false;
                break;
            case WorkloadAction.RollBack back:
                quarantined.Add(template);
                (template, paused, rolledBackBy) = (back.To.Hash, false, action.Decision.Value);
                break;
            default:
                var at = revisions.FindIndex(r => r.Hash == template);
                revisions[at] = revisions[at] with { KnownGood = true };
                return new ActionOutcome.Applied();
        }

        generation++;
        if (!paused)
        {
            Reconcile(now, complete: true);
        }

        return new ActionOutcome.Applied();
    }

    public WorkloadView View() => new()
    {
        Id = Id,
        Uid = uid,
        Generation = generation,
        DesiredReplicas = Replicas,
        CurrentRevision = new(template),
        Revisions = [.. revisions.Select(r => new RevisionView
        {
            Id = new(r.Hash), Number = r.Number, KnownGood = r.KnownGood, DesiredReplicas = pods.Count(p => p.Hash == r.Hash),
        })],
        Pods = [.. pods.Select(p => new PodView
        {
            Id = new("load", p.Name), Uid = "uid-" + p.Name, Revision = new(p.Hash), CreatedAt = p.Since, ReadySince = p.Since,
        })],
        Pause = paused ? PauseState.ByGuardrail : PauseState.Running,
        Quarantined = [.. quarantined.Select(h => new RevisionId(h))],
        MadeBy = ChangeAuthor.Human,
    };

    private void Reconcile(DateTimeOffset now, bool complete)
    {
        var at = revisions.FindIndex(r => r.Hash == template);
        var newest = revisions.Max(r => r.Number);
        if (at < 0)
        {
            revisions.Add((template, newest + 1, false));
        }
        else if (revisions[at].Number != newest)
        {
            revisions[at] = revisions[at] with { Number = newest + 1 };
        }

        if (complete)
        {
            pods.RemoveAll(p => p.Hash != template);
        }
        else
        {
            // A rollout that another one replaces leaves its new pods behind no longer than that.
            pods.RemoveAll(p => p.Hash != template && p.Since > pods.Min(o => o.Since));
        }

        while (pods.Count(p => p.Hash == template) < (complete ? Replicas : 1))
        {
            pods.Add(new LoadPod($"{name}-{template}-{++podsMade}", template, rates[template], now));
        }

        var gone = revisions.Where(r => r.Hash != template && pods.TrueForAll(p => p.Hash != r.Hash)).OrderBy(r => r.Number).ToList();
        foreach (var old in gone.Take(Math.Max(0, gone.Count - HistoryLimit)))
        {
            // What is gone can be in quarantine no longer; a Deployment would keep the name, and grow.
            revisions.Remove(old);
            rates.Remove(old.Hash);
            quarantined.Remove(old.Hash);
        }
    }

    private sealed class LoadPod(string name, string hash, double errorRate, DateTimeOffset since)
    {
        public string Name => name;

        public string Hash => hash;

        public double ErrorRate => errorRate;

        public DateTimeOffset Since => since;

        public long Requests { get; set; }

        public long Errors { get; set; }
    }
}
