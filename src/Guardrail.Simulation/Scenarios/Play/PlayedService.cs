using System.Collections.Immutable;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>One service in a play: its Deployment, the requests of its pods, and what came of them in the tick under way.</summary>
internal sealed class PlayedService : IPodHost, ITrafficNode
{
    /// <summary>How long the first pods have been ready at the start.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromDays(-1);

    private readonly ServiceTraffic traffic;
    private readonly ImmutableArray<ScenarioEvent.ConfigCorrupted> corruptions;
    private readonly Dictionary<string, VirtualRevision> known = new(StringComparer.Ordinal);
    private Surroundings around;
    private long unserved;
    private int made = 1;

    public PlayedService(Scenario scenario, ScenarioService service, ulong seed, int mostRollouts)
    {
        Service = service;
        Id = new(scenario.Namespace, WorkloadKind.Deployment, service.Name);
        traffic = new(service.Profile, seed, service.Name);
        corruptions = [.. scenario.Events.OfType<ScenarioEvent.ConfigCorrupted>().Where(e => e.Service is null || e.Service == service.Name)];
        Tick = new(mostRollouts);
        Deployment = Make(service.Revision, RevisionBehaviour.Healthy);
    }

    public ScenarioService Service { get; }

    public WorkloadId Id { get; }

    /// <summary>Its Deployment; null while it is deleted.</summary>
    public VirtualDeployment? Deployment { get; private set; }

    /// <summary>What came of the requests of this tick.</summary>
    public ServiceTally Tick { get; }

    public IEnumerable<ServingRevision> Serving => (Deployment?.Revisions ?? []).Where(r => r.Ready > 0)
        .Select(r => new ServingRevision(r.Behaviour, r.Origin, r.Ready, r.Rollout));

    public IEnumerable<(int Rollout, TimeSpan At)> FirstBad => (Deployment?.Pods ?? []).Where(p => p.Traffic.Truth.FirstBad is not null)
        .Select(p => (p.Revision.Rollout, p.Traffic.Truth.FirstBad!.Value));

    /// <summary>Counts of both arms for a timeline; null when none is kept.</summary>
    public ArmCounter? Arms { get; set; }

    /// <summary>Revision that its repository holds, which GitOps writes.</summary>
    public VirtualRevision? Wanted { get; private set; }

    /// <summary>What it ran before the last rollout, which a person goes back to; null before the first.</summary>
    public VirtualRevision? Previous { get; private set; }

    /// <summary>Requests so far that found no pod ready.</summary>
    public long Unserved => traffic.Unserved;

    /// <summary>Up to where its requests have been drawn.</summary>
    public TimeSpan Now => traffic.Now;

    /// <summary>Brings its first pods up as of long ago.</summary>
    public void Settle() => Deployment!.BeSettled(TimeSpan.Zero, Long);

    /// <summary>Draws its requests up to a time.</summary>
    public void AdvanceTo(TimeSpan now) => traffic.Advance(now, around);

    /// <summary>What other services do to it from now on.</summary>
    public void Surround(in Surroundings by) => around = by;

    /// <summary>The revision of a name, the one known before or a new one.</summary>
    public VirtualRevision Revision(string name, RevisionBehaviour behaviour)
    {
        if (!known.TryGetValue(name, out var revision))
        {
            known[name] = revision = new(name, behaviour);
        }

        return revision;
    }

    /// <summary>Rolls a revision out.</summary>
    public void Deploy(VirtualRevision revision, ChangeAuthor by, TimeSpan now)
    {
        Wanted = revision;
        Previous = Deployment?.Template ?? Previous;
        Deployment?.Deploy(revision, null, by, now);
    }

    /// <summary>A person goes back to a revision; what its repository holds stays as it is.</summary>
    public void GoBack(VirtualRevision to, TimeSpan now)
    {
        Deployment?.Deploy(to, "kubectl-rollout", ChangeAuthor.Human, now);
        if (Deployment is { IsPaused: true } held)
        {
            held.Resume(byGuardrail: false, now);
        }
    }

    /// <summary>Deletes the Deployment.</summary>
    public void Delete(TimeSpan now)
    {
        Deployment?.Delete(now);
        Deployment = null;
    }

    /// <summary>Makes the Deployment anew; its pods have yet to come up.</summary>
    public void MakeAnew(string? revision, TimeSpan now)
    {
        made++;
        var name = revision ?? Wanted?.Name ?? Service.Revision;
        var behaviour = known.TryGetValue(name, out var before) ? before.Behaviour : RevisionBehaviour.Healthy;
        known.Remove(name);
        Previous = null;
        Deployment = Make(name, behaviour);
        Deployment.Advance(now);
    }

    /// <summary>Sets the counters of all pods to 0 without a restart.</summary>
    public void ResetCounters()
    {
        foreach (var pod in Deployment?.Pods ?? [])
        {
            Arms?.Take(pod);
            pod.Traffic.Counters.Reset();
            Array.Clear(pod.Counted);
        }
    }

    /// <summary>Ends the tick: everything served up to now is in <see cref="Tick"/>.</summary>
    public void EndTick()
    {
        foreach (var pod in Deployment?.Pods ?? [])
        {
            Take(pod);
        }

        Tick.Unserved = traffic.Unserved - unserved;
        unserved = traffic.Unserved;
    }

    public void Made(VirtualPod pod, TimeSpan now)
    {
        AdvanceTo(now);
        pod.Traffic = traffic.Add(pod.Id.Name, pod.Revision.Behaviour, pod.Ordinal, pod.Revision.Origin);
    }

    public RevisionBehaviour Starts(VirtualPod pod, TimeSpan now)
    {
        AdvanceTo(now);
        var behaviour = pod.Revision.Behaviour;
        foreach (var corruption in corruptions)
        {
            if (corruption.IsOn(now))
            {
                behaviour = behaviour with { Faults = behaviour.Faults.Add(new(new Fault.ErrorRate(corruption.ErrorRate))) };
            }
        }

        if (pod.Traffic.Behaviour != behaviour)
        {
            Take(pod);
            traffic.Remove(pod.Traffic);
            pod.Traffic = traffic.Add(pod.Id.Name, behaviour, pod.Ordinal, pod.Revision.Origin);
            (pod.Seen, pod.Counted) = (default, []);
        }

        return behaviour;
    }

    public void Ready(VirtualPod pod, TimeSpan now)
    {
        AdvanceTo(now);
        pod.Traffic.StartServing(pod.ReadySince ?? now);
    }

    public void Ended(VirtualPod pod, TimeSpan now)
    {
        AdvanceTo(now);
        Take(pod);
        pod.Traffic.Restart();
        Array.Clear(pod.Counted);
    }

    public void Deleted(VirtualPod pod, TimeSpan now)
    {
        AdvanceTo(now);
        Take(pod);
        traffic.Remove(pod.Traffic);
    }

    private VirtualDeployment Make(string revision, RevisionBehaviour behaviour)
    {
        var uid = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Service.Name}-{made}");
        var deployment = new VirtualDeployment(Service, Id, uid, Revision(revision, behaviour), this);
        Wanted = deployment.Template;
        return deployment;
    }

    private void Take(VirtualPod pod)
    {
        var truth = pod.Traffic.Truth;
        Tick.Add(truth, pod.Seen, pod.Revision.Rollout);
        pod.Seen = truth;
        Arms?.Take(pod);
    }
}
