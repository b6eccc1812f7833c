using System.Collections.Immutable;
using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Testing.Cluster;

/// <summary>The traffic of one service over pods that somebody else starts and ends; safe for several threads.</summary>
internal sealed class PodTrafficTable(ImmutableDictionary<string, RevisionBehaviour> behaviours, TimeProvider time) : IPodMetrics
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);
    private readonly Lock gate = new();
    private readonly DateTimeOffset start = time.GetUtcNow();
    private readonly Dictionary<string, Pod> pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TimeSpan Origin, int Pods)> revisions = new(StringComparer.Ordinal);
    private readonly ServiceTraffic traffic = new(
        new ServiceProfile { Arrivals = new ArrivalModel { RequestsPerSecond = 300, DiurnalSwing = 0 }, Errors = new ErrorModel { BaseRate = 0.001 } },
        1,
        "real");

    public IReadOnlyList<PodTarget> Targets
    {
        get
        {
            lock (gate)
            {
                return [.. pods.Select(p => new PodTarget(p.Value.Namespace, p.Key, RealClusterPods.Deployment))];
            }
        }
    }

    public string? Scrape(string @namespace, string pod, ExpositionFormat format)
    {
        lock (gate)
        {
            Advance();
            return pods.TryGetValue(pod, out var known)
                ? Exposition.Write(known.Traffic.Counters, traffic.Profile.Routes, known.StartedAt, Instruments.Http, format)
                : null;
        }
    }

    public DateTimeOffset? StartedAt(string pod)
    {
        lock (gate)
        {
            return pods.TryGetValue(pod, out var known) ? known.StartedAt : null;
        }
    }

    public bool IsReady(string pod)
    {
        lock (gate)
        {
            return pods.TryGetValue(pod, out var known) && known.Traffic.ReadySince is not null;
        }
    }

    public void Start(string ns, string pod, string hash, string image)
    {
        lock (gate)
        {
            Advance();
            var (origin, count) = revisions.GetValueOrDefault(hash, (traffic.Now, 0));
            revisions[hash] = (origin, count + 1);
            var behaviour = behaviours.GetValueOrDefault(image, RevisionBehaviour.Healthy);
            pods[pod] = new(ns, traffic.Add(pod, behaviour, count, origin), time.GetUtcNow());
        }
    }

    public void Ready(string pod)
    {
        lock (gate)
        {
            Advance();
            pods[pod].Traffic.StartServing(traffic.Now);
        }
    }

    public void Remove(string pod)
    {
        lock (gate)
        {
            Advance();
            if (pods.Remove(pod, out var known))
            {
                traffic.Remove(known.Traffic);
            }
        }
    }

    /// <summary>Takes away the pods that are not there any more.</summary>
    public void Keep(IReadOnlySet<string> names)
    {
        lock (gate)
        {
            foreach (var gone in pods.Keys.Where(p => !names.Contains(p)).ToArray())
            {
                Remove(gone);
            }
        }
    }

    private void Advance()
    {
        var to = time.GetUtcNow() - start;
        while (traffic.Now < to)
        {
            traffic.Advance(traffic.Now + Step < to ? traffic.Now + Step : to);
        }
    }

    private sealed record Pod(string Namespace, PodTraffic Traffic, DateTimeOffset StartedAt);
}
