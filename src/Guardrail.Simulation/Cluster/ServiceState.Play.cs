using Guardrail.Simulation.Scenarios.Play;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Cluster;

/// <content>What a scenario asks of a service: its place among others, what is laid to which rollout, and scrapes that fail.</content>
internal sealed partial class ServiceState
{
    private readonly List<(PodTruth Now, PodTruth Seen, int Rollout)> retired = [];
    private readonly Dictionary<string, int> rollouts = new(StringComparer.Ordinal);
    private Surroundings around;
    private long unserved;
    private bool tallies;

    /// <summary>Whether a scrape fails; asked for each. Null: none does. Used by many requests at once.</summary>
    public Func<bool>? Misses { get; set; }

    /// <summary>Changes how a container behaves that starts at a time since the start of the traffic; null changes nothing.</summary>
    public Func<RevisionBehaviour, TimeSpan, RevisionBehaviour>? Configures { get; set; }

    /// <summary>Revisions with pods that serve.</summary>
    public IReadOnlyList<ServingRevision> Serving
    {
        get
        {
            lock (gate)
            {
                return [.. pods.Values.Where(p => p.Traffic.Weight > 0).GroupBy(p => p.Revision)
                    .Select(g => new ServingRevision(g.First().Traffic.Behaviour, g.Key.Origin, g.Count(), RolloutOf(g.Key)))];
            }
        }
    }

    /// <summary>When the first request of a rollout's pods was spoilt, pod by pod.</summary>
    public IReadOnlyList<(int Rollout, TimeSpan At)> FirstBad
    {
        get
        {
            lock (gate)
            {
                return [.. pods.Values.Where(p => p.Traffic.Truth.FirstBad is not null)
                    .Select(p => (RolloutOf(p.Revision), p.Traffic.Truth.FirstBad!.Value))];
            }
        }
    }

    /// <summary>How a container behaves that starts now.</summary>
    public RevisionBehaviour Starts(RevisionBehaviour behaviour, DateTimeOffset at)
    {
        lock (gate)
        {
            return Configures?.Invoke(behaviour, Since(at)) ?? behaviour;
        }
    }

    /// <summary>Keeps from now on what <see cref="Collect"/> takes.</summary>
    public void Tallies() => tallies = true;

    /// <summary>Lays what an image spoils to a rollout's door; to nobody's below 0.</summary>
    public void LayTo(string image, int rollout)
    {
        lock (gate)
        {
            rollouts[image] = rollout;
        }
    }

    /// <summary>What other services do to it from now on.</summary>
    public void Surround(in Surroundings by)
    {
        lock (gate)
        {
            around = by;
        }
    }

    /// <summary>Draws the traffic up to a time since its start.</summary>
    public void Draw(TimeSpan to)
    {
        lock (gate)
        {
            AdvanceTo(to);
        }
    }

    /// <summary>Takes what was served since the last time.</summary>
    public void Collect(ServiceTally into)
    {
        lock (gate)
        {
            foreach (var (now, seen, rollout) in retired)
            {
                into.Add(now, seen, rollout);
            }

            retired.Clear();
            foreach (var pod in pods.Values)
            {
                into.Add(pod.Traffic.Truth, pod.Seen, RolloutOf(pod.Revision));
                pod.Seen = pod.Traffic.Truth;
            }

            into.Unserved = traffic.Unserved - unserved;
            unserved = traffic.Unserved;
        }
    }

    /// <summary>Sets the counters of all pods to 0 without a restart.</summary>
    public void ResetCounters()
    {
        lock (gate)
        {
            foreach (var pod in pods.Values)
            {
                pod.Traffic.Counters.Reset();
            }
        }
    }

    private int RolloutOf(Revision revision) => rollouts.GetValueOrDefault(revision.Image, -1);
}
