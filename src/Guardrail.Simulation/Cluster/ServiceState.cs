using System.Globalization;
using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Cluster;

/// <summary>One service of the cluster: its traffic, its pods and its revisions, behind one lock.</summary>
internal sealed partial class ServiceState(ServiceOptions options, ulong seed, DateTimeOffset? start, TimeSpan step)
{
    private const int MostSteps = 600;

    /// <summary>How long pods have been ready that were there before the traffic began.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromDays(-1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Pod> pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Revision> revisions = new(StringComparer.Ordinal);
    private readonly ServiceTraffic traffic = new(options.EffectiveProfile, seed, options.Stream ?? $"{options.Namespace}/{options.Name}");
    private DateTimeOffset? start = start;
    private int podsMade;

    public ServiceOptions Options { get; } = options;

    /// <summary>From the start of a container until it is ready; null when that is not the service's own.</summary>
    public TimeSpan? StartUp => start is null && Options.StartUp is not null ? TimeSpan.Zero : Options.StartUp;

    /// <summary>Requests come from now on.</summary>
    public void Begin(DateTimeOffset at)
    {
        lock (gate)
        {
            start = at;
        }
    }

    public void Started(string pod, string hash, string image, RevisionBehaviour behaviour, DateTimeOffset at)
    {
        lock (gate)
        {
            AdvanceTo(at);
            if (!pods.TryGetValue(pod, out var known))
            {
                var revision = Join(hash, image, at);
                var origin = revision.Origin;
                known = new Pod(traffic.Add(StreamOf(pod, image), behaviour, revision.NextOrdinal++, origin), revision);
                pods[pod] = known;
            }
            else if (known.Traffic.Behaviour != behaviour)
            {
                Retire(known);
                traffic.Remove(known.Traffic);
                known.Traffic = traffic.Add(StreamOf(pod, image), behaviour, known.Traffic.Ordinal, known.Revision.Origin);
                known.Seen = default;
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
                ? (Since(at) - known.Revision.Origin, known.Traffic.Ordinal)
                : (Since(at) - Join(hash, image, at).Origin, revisions[hash].NextOrdinal);
        }
    }

    public void Ready(string pod, DateTimeOffset at) => Change(pod, at, p => p.Traffic.StartServing(start is null ? Long : traffic.Now));

    public void Leaving(string pod, DateTimeOffset at) => Change(pod, at, p => p.Traffic.StopServing());

    public void Ended(string pod, DateTimeOffset at) => Change(pod, at, p =>
    {
        p.Traffic.Restart();
        p.StartedAt = null;
    });

    public void Gone(string pod, DateTimeOffset at) => Change(pod, at, p =>
    {
        Retire(p);
        p.Revision.Pods--;
        traffic.Remove(p.Traffic);
        pods.Remove(pod);
    });

    public string? Scrape(string pod, DateTimeOffset now, Instruments instruments, ExpositionFormat format)
    {
        if (Misses?.Invoke() == true)
        {
            return null;
        }

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
                return RevisionTruth.Of(r.Key, r.Value.Image, start ?? now, r.Value.Origin, truth, own.Count(p => p.Traffic.Weight > 0));
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

    private TimeSpan Since(DateTimeOffset at) => start is { } begun && at > begun ? at - begun : TimeSpan.Zero;

    /// <summary>A play names the stream of a pod by what is the same in every run; pods of a cluster have names by chance.</summary>
    private string StreamOf(string pod, string image) => Options.Stream is null
        ? pod
        : string.Create(CultureInfo.InvariantCulture, $"{Options.Name}-{image[(image.LastIndexOf(':') + 1)..]}-{++podsMade}");

    private Revision Join(string hash, string image, DateTimeOffset at)
    {
        if (!revisions.TryGetValue(hash, out var revision))
        {
            revisions[hash] = revision = new Revision(image) { Origin = Since(at) };
        }
        else if (revision.Pods == 0)
        {
            // A revision that comes back begins anew: so do its faults.
            (revision.Origin, revision.NextOrdinal) = (Since(at), 0);
        }

        return revision;
    }

    private void Retire(Pod pod)
    {
        pod.Revision.Retired += pod.Traffic.Truth;
        if (tallies)
        {
            retired.Add((pod.Traffic.Truth, pod.Seen, RolloutOf(pod.Revision)));
        }
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
    private void AdvanceTo(DateTimeOffset at) => AdvanceTo(Since(at));

    private void AdvanceTo(TimeSpan to)
    {
        var lag = to - traffic.Now;
        var length = lag / MostSteps > step ? lag / MostSteps : step;
        while (traffic.Now < to)
        {
            traffic.Advance(traffic.Now + length < to ? traffic.Now + length : to, around);
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

        public PodTraffic Traffic { get; set; }

        public Revision Revision { get; }

        public DateTimeOffset? StartedAt { get; set; }

        /// <summary>What of its truth a tally has taken into account.</summary>
        public PodTruth Seen { get; set; }
    }
}
