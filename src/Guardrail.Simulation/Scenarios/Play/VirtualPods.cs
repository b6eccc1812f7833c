using System.Globalization;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>The pods of a Deployment in virtual time, made and let go as its revisions want, started and ended as a kubelet does it.</summary>
/// <param name="service">The service.</param>
/// <param name="deployment">The Deployment.</param>
/// <param name="uid">Its uid.</param>
/// <param name="host">Who serves the requests.</param>
internal sealed class VirtualPods(ScenarioService service, WorkloadId deployment, string uid, IPodHost host)
{
    private readonly List<VirtualPod> pods = [];
    private readonly List<VirtualPod> leaving = [];
    private int made;

    /// <summary>The pods, in the order in which they were made.</summary>
    public IReadOnlyList<VirtualPod> All => pods;

    /// <summary>When something happens to one of them next by itself; never when nothing does.</summary>
    public TimeSpan Due
    {
        get
        {
            var due = TimeSpan.MaxValue;
            foreach (var pod in pods)
            {
                due = pod.Due < due ? pod.Due : due;
            }

            return due;
        }
    }

    /// <summary>All have been ready for long.</summary>
    public void BeReady(TimeSpan now, TimeSpan since)
    {
        foreach (var pod in pods)
        {
            pod.BeReady(since);
            pod.Revision.Ready++;
            host.Ready(pod, now);
        }
    }

    /// <summary>Lets happen what is due, pod by pod. True when something was.</summary>
    public bool Advance(TimeSpan now)
    {
        var changed = false;
        foreach (var pod in pods)
        {
            while (pod.Due <= now)
            {
                Change(pod, now);
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>Makes and lets go pods until every revision has as many as it wants. True when any was.</summary>
    public bool Match(IEnumerable<VirtualRevision> revisions, TimeSpan now)
    {
        var changed = false;
        foreach (var revision in revisions)
        {
            var count = 0;
            foreach (var pod in pods)
            {
                count += pod.Revision == revision ? 1 : 0;
            }

            changed |= count != revision.Desired;
            for (; count < revision.Desired; count++)
            {
                Add(revision, now);
            }

            if (count > revision.Desired)
            {
                Remove(revision, count - revision.Desired, now);
            }
        }

        return changed;
    }

    /// <summary>Deletes them all, as the garbage collector does when the Deployment is deleted.</summary>
    public void Delete(TimeSpan now)
    {
        foreach (var pod in pods)
        {
            host.Deleted(pod, now);
        }

        pods.Clear();
    }

    private void Change(VirtualPod pod, TimeSpan now)
    {
        var wasReady = pod.ReadySince is not null;
        switch (pod.Advance(now))
        {
            case PodChange.Ready:
                pod.Revision.Ready++;
                host.Ready(pod, now);
                break;
            case PodChange.Ended:
                pod.Revision.Ready -= wasReady ? 1 : 0;
                host.Ended(pod, now);
                break;
            default:
                pod.Start(now, service.StartUp, host.Starts(pod, now));
                break;
        }
    }

    private void Add(VirtualRevision revision, TimeSpan now)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{service.Name}-{revision.Name}-{++made}");
        var pod = new VirtualPod(new(deployment.Namespace, name), $"{uid}/{name}", revision, revision.NextOrdinal++, now);
        pods.Add(pod);
        host.Made(pod, now);
        pod.Start(now, service.StartUp, host.Starts(pod, now));
    }

    private void Remove(VirtualRevision revision, int count, TimeSpan now)
    {
        leaving.AddRange(VirtualPod.FirstToGo(pods.Where(p => p.Revision == revision)).Take(count));
        foreach (var pod in leaving)
        {
            revision.Ready -= pod.ReadySince is null ? 0 : 1;
            pods.Remove(pod);
            host.Deleted(pod, now);
        }

        leaving.Clear();
    }
}
