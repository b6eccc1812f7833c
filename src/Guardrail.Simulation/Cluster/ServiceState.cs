using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Cluster;

/// <summary>One service of the cluster: its traffic, its pods and its revisions, behind one lock.</summary>
internal sealed class ServiceState(ServiceOptions options, ulong seed, DateTimeOffset start, TimeSpan step)
{
    private const int MostSteps = 600;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Pod> pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Revision> revisions = new(StringComparer.Ordinal);
    private readonly ServiceTraffic traffic = new(options.EffectiveProfile, seed, $"{options.Namespace}/{options.Name}");

    public ServiceOptions Options { get; } = options;

    public void Started(string pod, string hash, string image, RevisionBehaviour behaviour, DateTimeOffset at)
    {
        lock (gate)
        {
            AdvanceTo(at);
            if (!pods.TryGetValue(pod, out var known))
            {
                var revision = Join(hash, image, at);
                var origin = revision.Origin;
                known = new Pod(traffic.Add(pod, behaviour, revision.NextOrdinal++, origin), revision);
                pods[pod] = known;
            }

            known.StartedAt = at;
        }
    }

    /// <summary>Time since the first pod of the revision, and the number of the pod within it.</summary>
    public (TimeSpan SinceOrigin, int Ordinal) Place(string pod, string hash, string image, DateTimeOffset at)
    {
        lock (gate)
        {
            return pods.TryGetValue(pod, out var known)
                ? (at - start - known.Revision.Origin, known.Traffic.Ordinal)
                : (at - start - Join(hash, image, at).Origin, revisions[hash].NextOrdinal);
        }
    }

    public void Ready(string pod, DateTimeOffset at) => Change(pod, at, p => p.Traffic.StartServing(traffic.Now));

    public void Leaving(string pod, DateTimeOffset at) => Change(pod, at, p => p.Traffic.StopServing());

    public void Ended(string pod, DateTimeOffset at) => Change(pod, at, p =>
    {
        p.Traffic.Restart();
        p.StartedAt = null;
    });

    public void Gone(string pod, DateTimeOffset at) => Change(pod, at, p =>
    {
        p.Revision.Retired += p.Traffic.Truth;
        p.Revision.Pods--;
        traffic.Remove(p.Traffic);
        pods.Remove(pod);
    });

    public string? Scrape(string pod, DateTimeOffset now, Instruments instruments, ExpositionFormat format)
    {
        lock (gate)
        {
            AdvanceTo(now);
            return pods.TryGetValue(pod, out var known) && known.StartedAt is { } started
                ? Exposition.Write(known.Traffic.Counters, traffic.Profile.Routes, started, instruments, format)
                : null;
        }
    }

    public IReadOnlyList<PodTarget> Targets()
    {
        lock (gate)
        {
            return [.. pods.Where(p => p.Value.StartedAt is not null).Select(p => new PodTarget(Options.Namespace, p.Key, Options.Name))];
        }
    }

    public IReadOnlyList<RevisionTruth> Truth(DateTimeOffset now)
    {
        lock (gate)
        {
            AdvanceTo(now);
            return [.. revisions.Select(r =>
            {
                var own = pods.Values.Where(p => p.Revision == r.Value).ToArray();
                var truth = own.Aggregate(r.Value.Retired, (sum, p) => sum + p.Traffic.Truth);
                return RevisionTruth.Of(r.Key, r.Value.Image, start, r.Value.Origin, truth, own.Count(p => p.Traffic.Weight > 0));
            })];
        }
    }

    /// <summary>The counters of a pod now, for checks against what was scraped.</summary>
    public T? Read<T>(string pod, Func<PodCounters, T> read)
    {
        lock (gate)
        {
            return pods.TryGetValue(pod, out var known) ? read(known.Traffic.Counters) : default;
        }
    }

    private Revision Join(string hash, string image, DateTimeOffset at)
    {
        if (!revisions.TryGetValue(hash, out var revision))
        {
            revisions[hash] = revision = new Revision(image) { Origin = at - start };
        }
        else if (revision.Pods == 0)
        {
            // A revision that comes back begins anew: so do its faults.
            (revision.Origin, revision.NextOrdinal) = (at - start, 0);
        }

        return revision;
    }

    private void Change(string pod, DateTimeOffset at, Action<Pod> change)
    {
        lock (gate)
        {
            AdvanceTo(at);
            if (pods.TryGetValue(pod, out var known))
            {
                change(known);
            }
        }
    }

    /// <summary>Draws the traffic up to a time, in steps that are short unless nobody asked for long.</summary>
    private void AdvanceTo(DateTimeOffset at)
    {
        var to = at - start;
        var lag = to - traffic.Now;
        var length = lag / MostSteps > step ? lag / MostSteps : step;
        while (traffic.Now < to)
        {
            traffic.Advance(traffic.Now + length < to ? traffic.Now + length : to);
        }
    }

    private sealed class Revision(string image)
    {
        public string Image { get; } = image;

        public TimeSpan Origin { get; set; }

        public int NextOrdinal { get; set; }

        public int Pods { get; set; }

        public PodTruth Retired { get; set; }
    }

    private sealed class Pod
    {
        public Pod(PodTraffic traffic, Revision revision)
        {
            (Traffic, Revision) = (traffic, revision);
            revision.Pods++;
        }

        public PodTraffic Traffic { get; }

        public Revision Revision { get; }

        public DateTimeOffset? StartedAt { get; set; }
    }
}
