using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>
/// A Deployment in virtual time: its template and its revisions, as people and controllers write them. Nothing happens but by the writes and in <see cref="Advance"/>; whoever
/// looks sees what a cluster would show.
/// </summary>
internal sealed class VirtualDeployment
{
    private readonly ScenarioService service;
    private readonly List<VirtualRevision> revisions = [];
    private readonly VirtualPods pods;
    private readonly VirtualProgress progress = new();

    /// <summary>Makes the Deployment; its pods come up as the controller makes them.</summary>
    public VirtualDeployment(ScenarioService service, WorkloadId id, string uid, VirtualRevision revision, IPodHost host)
    {
        (this.service, Id, Uid, Replicas) = (service, id, uid, service.Pods);
        pods = new(service, id, uid, host);
        Template = revision;
    }

    public WorkloadId Id { get; }

    public string Uid { get; }

    public long Generation { get; private set; } = 1;

    public int Replicas { get; private set; }

    /// <summary>What the template asks for; among <see cref="Revisions"/> once the controller has made it.</summary>
    public VirtualRevision Template { get; private set; }

    /// <summary>The revision of the template; null until the controller has made it, which it does not while the Deployment is paused.</summary>
    public VirtualRevision? Current => revisions.Contains(Template) ? Template : null;

    public IReadOnlyList<VirtualRevision> Revisions => revisions;

    public IReadOnlyList<VirtualPod> Pods => pods.All;

    /// <summary>Whether it stands still, and who stopped it.</summary>
    public PauseState Pause { get; private set; }

    public bool IsPaused => Pause is PauseState.ByGuardrail or PauseState.ByOther;

    public HashSet<string> Quarantined { get; } = [];

    public string? RolledBackBy { get; private set; }

    /// <summary>Who wrote the template last, as far as the cluster tells.</summary>
    public string? TemplateManager { get; private set; }

    public ChangeAuthor MadeBy { get; private set; }

    /// <summary>When the template was last changed, since the start.</summary>
    public TimeSpan ChangedAt { get; private set; }

    public bool DeadlineExceeded => progress.IsExceeded;

    /// <summary>Whether it looks otherwise than when this was last set to false.</summary>
    public bool HasChanged { get; set; } = true;

    /// <summary>When something happens to it next by itself; <see cref="TimeSpan.MaxValue"/> when nothing does.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>It has been serving for long.</summary>
    public void BeSettled(TimeSpan now, TimeSpan since)
    {
        Reconcile(now);
        pods.BeReady(now, since);
        Template.KnownGood = true;
        Reconcile(now);
    }

    /// <summary>Lets happen what is due, pod by pod, and the controller look.</summary>
    public void Advance(TimeSpan now)
    {
        HasChanged |= pods.Advance(now);
        Reconcile(now);
    }

    /// <summary>Somebody changes the template.</summary>
    public void Deploy(VirtualRevision revision, string? manager, ChangeAuthor by, TimeSpan now)
    {
        (Template, TemplateManager, MadeBy, ChangedAt) = (revision, manager, by, now);
        Pause = Pause == PauseState.ResumedByOther ? PauseState.Running : Pause;
        Written(now);
    }

    public void Scale(int replicas, TimeSpan now)
    {
        Replicas = replicas;
        if (replicas == 0)
        {
            RollingUpdate.StopOld(revisions, null);
        }
        else if (IsPaused && revisions.TrueForAll(r => r.Desired == 0) && revisions.Count > 0)
        {
            revisions[^1].Desired = replicas;
        }

        Written(now);
    }

    public void Hold(PauseState by, TimeSpan now)
    {
        Pause = by;
        Written(now);
    }

    /// <summary>Guardrail lets it go on, or somebody else does, which Guardrail then respects.</summary>
    public void Resume(bool byGuardrail, TimeSpan now)
    {
        Pause = !byGuardrail && Pause == PauseState.ByGuardrail ? PauseState.ResumedByOther : PauseState.Running;
        progress.Moved(now);
        Written(now);
    }

    public void RollBack(VirtualRevision to, string decision, TimeSpan now)
    {
        Quarantined.Add(Template.Name);
        (Template, Pause, RolledBackBy, TemplateManager, ChangedAt) = (to, PauseState.Running, decision, "guardrail", now);
        Written(now);
    }

    public void StampKnownGood(VirtualRevision revision)
    {
        (revision.KnownGood, HasChanged) = (true, true);
    }

    /// <summary>Deletes all pods, as the garbage collector does when the Deployment is deleted.</summary>
    public void Delete(TimeSpan now)
    {
        pods.Delete(now);
        Due = TimeSpan.MaxValue;
    }

    private void Written(TimeSpan now)
    {
        Generation++;
        HasChanged = true;
        Reconcile(now);
    }

    /// <summary>The controllers work until nothing changes any more.</summary>
    private void Reconcile(TimeSpan now)
    {
        if (!IsPaused)
        {
            while (Roll(now))
            {
                HasChanged = true;
                pods.Match(revisions, now);
            }
        }

        HasChanged |= pods.Match(revisions, now);
        HasChanged |= progress.Judge(Template.Ready - pods.All.Count, IsComplete, IsPaused, now);
        Due = pods.Due;
        if (!IsPaused && !DeadlineExceeded && !IsComplete && progress.Due < Due)
        {
            Due = progress.Due;
        }
    }

    private bool IsComplete => Template.Ready == Replicas && pods.All.Count == Replicas;

    private bool Roll(TimeSpan now)
    {
        if (service.Strategy.Recreate && RollingUpdate.StopOld(revisions, Current))
        {
            return true;
        }

        var made = Make(now);
        var changed = RollingUpdate.GrowNewest(service, Replicas, revisions, Template) || RollingUpdate.ShrinkOld(service, Replicas, revisions, Template);
        return made || changed;
    }

    /// <summary>The revision of the template is there, and has the highest number.</summary>
    private bool Make(TimeSpan now)
    {
        var highest = 0L;
        foreach (var revision in revisions)
        {
            highest = revision.Number > highest && revision != Template ? revision.Number : highest;
        }

        if (Template.Number > highest)
        {
            return false;
        }

        if (!revisions.Remove(Template))
        {
            Template.CreatedAt = PlayTime.At(now);
        }

        if (Template.Desired == 0)
        {
            // A revision that comes back begins anew: so do its faults.
            (Template.Origin, Template.NextOrdinal) = (now, 0);
        }

        revisions.Add(Template);
        Template.Number = highest + 1;
        progress.Begin(now);
        return true;
    }
}
