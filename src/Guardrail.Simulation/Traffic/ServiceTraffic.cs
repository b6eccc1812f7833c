using System.Runtime.InteropServices;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Traffic;

/// <summary>
/// The traffic of one service in virtual time: draws its arrivals, deals them to the pods that serve, and lets every pod count.
/// The same seed, pods and steps give the same counters, bit for bit. Not safe for use by two threads at once.
/// </summary>
public sealed class ServiceTraffic
{
    private readonly RandomSource random;
    private readonly ulong seed;
    private readonly string name;
    private readonly OrnsteinUhlenbeck rateNoise;
    private readonly OrnsteinUhlenbeck? latencyNoise;
    private readonly List<PodTraffic> pods = [];
    private readonly Dictionary<RevisionBehaviour, LatencyTable> tables = new(ReferenceEqualityComparer.Instance);
    private double[] weights = [];
    private long[] dealt = [];

    /// <summary>Makes the traffic of a service without pods, at time 0.</summary>
    /// <param name="profile">The service.</param>
    /// <param name="seed">Seed of the whole simulation.</param>
    /// <param name="name">Name of the service, which selects its stream of random numbers.</param>
    public ServiceTraffic(ServiceProfile profile, ulong seed, string name)
    {
        Profile = profile;
        this.seed = seed;
        this.name = name;
        random = new RandomSource(seed, name);
        rateNoise = new OrnsteinUhlenbeck(profile.Arrivals.NoiseSigma, profile.Arrivals.NoiseTau, random);
        latencyNoise = profile.Latency is { } latency ? new OrnsteinUhlenbeck(latency.NoiseSigma, latency.NoiseTau, random) : null;
    }

    /// <summary>The service.</summary>
    public ServiceProfile Profile { get; }

    /// <summary>Up to where the traffic has been drawn, since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The pods, serving or not.</summary>
    public IReadOnlyList<PodTraffic> Pods => pods;

    /// <summary>Requests that found no pod ready.</summary>
    public long Unserved { get; private set; }

    /// <summary>Adds a pod that does not serve yet.</summary>
    /// <param name="pod">Name of the pod, which selects its stream of random numbers.</param>
    /// <param name="behaviour">How its revision behaves.</param>
    /// <param name="ordinal">Number of the pod within its revision, from 0.</param>
    /// <param name="faultOrigin">Time since the start from which the revision's faults are scheduled.</param>
    public PodTraffic Add(string pod, RevisionBehaviour behaviour, int ordinal, TimeSpan faultOrigin)
    {
        LatencyTable? table = null;
        if (Profile.Latency is { } latency)
        {
            // Pods of one revision mostly share their multiplier, so they share the table of bucket probabilities.
            table = CollectionsMarshal.GetValueRefOrAddDefault(tables, behaviour, out _) ??= new LatencyTable(latency);
        }

        var traffic = new PodTraffic(Profile, behaviour, ordinal, faultOrigin, new RandomSource(seed, name + "/" + pod), table);
        pods.Add(traffic);
        weights = new double[pods.Count];
        dealt = new long[pods.Count];
        return traffic;
    }

    /// <summary>Takes a pod away.</summary>
    /// <param name="pod">The pod.</param>
    public void Remove(PodTraffic pod)
    {
        pods.Remove(pod);
        weights = new double[pods.Count];
        dealt = new long[pods.Count];
    }

    /// <summary>Draws one step, from <see cref="Now"/> on. Rates hold their value over a step, so steps should be a few seconds at most.</summary>
    /// <param name="to">End of the step since the start; a time that is not after <see cref="Now"/> does nothing.</param>
    public void Advance(TimeSpan to) => Advance(to, default);

    /// <summary>The same among other services.</summary>
    internal void Advance(TimeSpan to, in Surroundings around)
    {
        if (to <= Now)
        {
            return;
        }

        var from = Now;
        Now = to;
        var mean = Profile.Arrivals.MeanRequests(from, to) * rateNoise.Next(to - from, random);
        mean += around.RequestsPerSecond * (to - from).TotalSeconds;
        var latency = latencyNoise?.Next(to - from, random) ?? 1;
        var arrivals = random.NextPoisson(mean);
        if (arrivals == 0)
        {
            return;
        }

        var errors = random.NextGammaMultiplier(mean * Profile.Errors.BaseRate, Profile.Errors.Dispersion);
        var burstsPerRequest = Profile.Errors.Bursts.PerHour == 0
            ? 0
            : Profile.Errors.Bursts.PerHour / 3600 * (to - from).TotalSeconds / mean;
        Deal(from, to, arrivals, new SharedState(errors, latency, burstsPerRequest, around));
    }

    private void Deal(TimeSpan from, TimeSpan to, long arrivals, in SharedState shared)
    {
        var total = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = pods[i].DealWeight(from);
            total += weights[i];
        }

        if (total == 0)
        {
            Unserved += arrivals;
            return;
        }

        random.NextMultinomial(arrivals, weights, dealt);
        for (var i = 0; i < dealt.Length; i++)
        {
            if (dealt[i] > 0)
            {
                pods[i].Advance(from, to, dealt[i], shared);
            }
        }
    }
}
