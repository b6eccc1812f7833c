using System.Collections.Immutable;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>
/// What a rollout will be judged by: decided once, from what was known before the new revision answered its first request. What cannot be judged for
/// lack of data is left out, and the weights of the rest renormalised to 1 (detection.md section 2).
/// </summary>
internal sealed class DetectorPlan
{
    /// <summary>Name of the signal of pods, which no policy defines.</summary>
    public static readonly SignalId Pods = new("pods");

    /// <summary>Requests of the past below which nothing can be held against it; how little they say is already in the upper rate.</summary>
    private const double FewestRequests = 50;

    /// <summary>Normal quantile of how far lasting differences between pods may reach; of shares, whose distribution has the heavier tail.</summary>
    private const double RateQuantile = PodHeterogeneity.DefaultQuantile;
    private const double ShareQuantile = 4;

    /// <summary>Null ratio above which pods differ so much that no ratio would do; the rest is left to the placebo.</summary>
    private const double HighestRateRatio = 4;
    private const double HighestShareRatio = 10;

    /// <summary>Dispersion of restarts, of which there is no history.</summary>
    private const double RestartDispersion = 3;

    private const int MostPodGroups = 16;

    /// <summary>
    /// By how much the cap of a test with two arms exceeds that with which exactly three ticks suffice. Below 1.5, two ticks never suffice, however
    /// bad; a fault that sets in late needs one or two ticks fewer (docs/decisions/0010).
    /// </summary>
    private const double CapFactor = 1.25;

    private readonly List<(double Weight, Func<double, Detector> Make)> entries = [];
    private readonly GuardPolicy policy;
    private readonly double budget;
    private readonly PodCount count;

    private DetectorPlan(GuardPolicy policy, double budget, PodCount count) => (this.policy, this.budget, this.count) = (policy, budget, count);

    /// <summary>Makes the detectors.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="budget">False-rollback budget of the rollout.</param>
    /// <param name="tracks">The workload's signals.</param>
    /// <param name="traffic">What is known of its requests, and the signal that counts them; null when no signal does.</param>
    /// <param name="count">Pods of the workload.</param>
    /// <param name="peers">The other workloads.</param>
    public static Detector[] Make(
        GuardPolicy policy, double budget, IReadOnlyList<SignalTrack> tracks, (SignalTrack Track, TrafficBaseline Baseline)? traffic, PodCount count,
        IPeers peers)
    {
        var plan = new DetectorPlan(policy, budget, count);
        foreach (var track in tracks)
        {
            plan.Compare(track);
        }

        if (traffic is { } requests)
        {
            plan.WatchRequests(requests.Track, requests.Baseline);
        }

        plan.Add(policy.Watch.PodLifecycle, w =>
            new RatioDetector(DetectorKind.PodLifecycle, Pods, plan.Parameters(w, 2, [RestartDispersion], CapFactor), policy.Tick));
        plan.WatchAfterwards([.. tracks.Where(CanBeHeldAgainstItsPast)]);
        plan.WatchOthers(peers);
        var sum = plan.entries.Sum(e => e.Weight);
        return [.. plan.entries.Select(e => e.Make(e.Weight / sum))];
    }

    private static bool CanBeHeldAgainstItsPast(SignalTrack track) =>
        track.Signal is not SignalDefinition.Business && track.Baseline.Total >= FewestRequests;

    private void Add(double weight, Func<double, Detector> make)
    {
        if (weight > 0)
        {
            entries.Add((weight, make));
        }
    }

    private void Compare(SignalTrack track) => Add(track.Signal.Weight, weight =>
    {
        var least = ComparisonDetector.OptionsOf(track.Signal).NullRatio;
        var tested = track.TestedEvents();
        ImmutableArray<double> ratios = [.. Taus(track.Baseline, tested).Select(tau => count.NullRatio(least, tau, RateQuantile, HighestRateRatio))];
        return new ComparisonDetector(
            track.Signal,
            Parameters(weight, ratios.Max(), [.. tested.Select(track.Baseline.Dispersion)], CapFactor) with
            {
                NullRatios = ratios,
                EvidenceCaps = [.. tested.Select(index => CapOf(weight, track.Baseline.Persistence(index)))],
                Edges = track.EdgesOf(tested),
                PodGroups = Math.Clamp(count.Desired, 1, MostPodGroups),
            },
            policy.Tick);
    });

    /// <summary>
    /// How much pods differ in each tested event. What makes a pod slow shows the more the further out in the tail one looks, where there is the least
    /// to measure it by: an edge gets at least what the one below it has.
    /// </summary>
    private static IEnumerable<double> Taus(SignalBaseline baseline, ImmutableArray<int> tested)
    {
        var most = 0.0;
        foreach (var index in tested)
        {
            most = Math.Max(most, baseline.Tau(index));
            yield return most;
        }
    }

    private void WatchRequests(SignalTrack track, TrafficBaseline baseline)
    {
        if (baseline.ShareDispersion is { } dispersion)
        {
            var ratio = count.NullRatio(2, baseline.ShareTau, ShareQuantile, HighestShareRatio);
            Add(policy.Watch.RequestShare, w =>
                new RatioDetector(DetectorKind.RequestShare, track.Signal.Id, Parameters(w, ratio, [dispersion], CapFactor), policy.Tick));
        }

        if (baseline.Forecast is { } forecast and > 0)
        {
            Add(policy.Watch.Volume, w => new VolumeDetector(
                track.Signal.Id, Parameters(w, 2, [baseline.VolumeDispersion]) with { Forecast = [forecast] }, policy.Tick));
        }
    }

    private void WatchAfterwards(IReadOnlyList<SignalTrack> tracks)
    {
        foreach (var track in tracks)
        {
            Add(policy.Watch.AfterRollout / tracks.Count, w =>
                new ExcessDetector(DetectorKind.AfterRollout, track.Signal, null, AgainstItsPast(w, track), policy.Tick));
        }
    }

    private void WatchOthers(IPeers peers)
    {
        var known = policy.Impact.Select(t => (Target: t, Track: peers.TrackOf(t))).Where(t => t.Track is { } k && CanBeHeldAgainstItsPast(k)).ToList();
        foreach (var (target, track) in known)
        {
            Add(policy.Watch.Impact / known.Count, w =>
                new ExcessDetector(DetectorKind.Impact, track!.Signal, target.Workload, AgainstItsPast(w, track), policy.Tick));
        }
    }

    private SignalParameters AgainstItsPast(double weight, SignalTrack track)
    {
        var tested = track.TestedEvents();
        return Parameters(weight, ForecastOptions.Excess.NullRatio, [.. tested.Select(track.Baseline.Scatter)]) with
        {
            Edges = track.EdgesOf(tested),
            Forecast = [.. tested.Select(track.Baseline.UpperRate)],
            ForecastRequests = track.Baseline.Total,
        };
    }

    /// <summary>
    /// The cap of a tick. Where incidents last several ticks an incident may give what else a tick may, and three of them are asked for: there a tick
    /// saved is not worth the risk (docs/decisions/0017).
    /// </summary>
    private double CapOf(double weight, double persistence)
    {
        var cap = RateRatioOptions.EvidenceCapFor(budget, weight, ComparisonDetector.FirstTickWeight);
        return persistence > 1 ? cap / persistence : cap * CapFactor;
    }

    private SignalParameters Parameters(double weight, double nullRatio, ImmutableArray<double> dispersion, double capFactor = 1) => new(
        weight, nullRatio, dispersion, capFactor * RateRatioOptions.EvidenceCapFor(budget, weight, ComparisonDetector.FirstTickWeight), []);
}

/// <summary>Pods of a workload when a rollout begins to be compared.</summary>
/// <param name="Desired">Pods asked for.</param>
/// <param name="Control">Pods of the old revision, at least 1.</param>
/// <param name="Canary">Pods of the new revision, at least 1.</param>
internal readonly record struct PodCount(int Desired, int Control, int Canary)
{
    /// <summary>
    /// The null ratio that pods which differ so much need: e^(z tau sqrt(1/m_A + 1/m_B)), so that the luck of which pods are new does not pass for a
    /// regression (detection.md 1.10). z is taken from Student's distribution, for tau is known from the control pods alone.
    /// </summary>
    public double NullRatio(double least, double tau, double quantile, double most) =>
        Math.Clamp(Math.Exp(Student(quantile) * tau * Math.Sqrt((1.0 / Control) + (1.0 / Canary))), least, Math.Max(least, most));

    /// <summary>
    /// Student's quantile that is as rare as a normal quantile, for one degree of freedom fewer than control pods (Cornish and Fisher's expansion;
    /// below five degrees it does not hold, and so few pods are taken for five).
    /// </summary>
    private double Student(double z)
    {
        var freedom = Math.Max(5.0, Control - 1);
        return z + (((z * z * z) + z) / (4 * freedom)) + (((5 * Math.Pow(z, 5)) + (16 * z * z * z) + (3 * z)) / (96 * freedom * freedom));
    }
}
