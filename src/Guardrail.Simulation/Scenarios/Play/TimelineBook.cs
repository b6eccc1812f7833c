using System.Collections.Immutable;
using Guardrail.Engine.Guarding;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Keeps the timeline of a play.</summary>
internal sealed class TimelineBook
{
    private readonly ImmutableArray<PlayedService> services;
    private readonly ImmutableArray<ServiceTick>.Builder[] ticks;

    public TimelineBook(ImmutableArray<PlayedService> services, ImmutableArray<double> edges)
    {
        this.services = services;
        ticks = [.. services.Select(_ => ImmutableArray.CreateBuilder<ServiceTick>())];
        foreach (var service in services)
        {
            service.Arms = new(edges);
        }
    }

    /// <summary>A rollout begins: where a timeline is kept, its revision is the newest from now on.</summary>
    public static void Begins(PlayedService service, VirtualRevision revision)
    {
        if (service.Arms is { } arms)
        {
            arms.Newest = revision;
        }
    }

    public void Add(TimeSpan now, ImmutableArray<PlayedService> all, Fleet fleet, CounterReports reports)
    {
        for (var i = 0; i < all.Length; i++)
        {
            var service = all[i];
            var (control, canary) = service.Arms!.Close(service.Deployment?.Pods ?? [], service.Service.Profile.Latency is not null);
            var spoilt = 0.0;
            foreach (var requests in service.Tick.Spoilt)
            {
                spoilt += requests;
            }

            ticks[i].Add(new()
            {
                At = now,
                Control = control,
                Canary = canary,
                Unserved = service.Tick.Unserved,
                BadRequests = (long)Math.Round(spoilt),
                IsHeld = service.Deployment?.IsPaused == true,
                IsBlind = reports.IsBlind(service, now),
                Evidence = EvidenceTicks.Of(fleet.Find(service.Id)),
            });
        }
    }

    public ImmutableArray<ServiceTimeline> Close() => [.. services.Select((s, i) => new ServiceTimeline(s.Service.Name, ticks[i].ToImmutable()))];
}
