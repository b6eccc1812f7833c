using System.Collections.Immutable;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>Which scrapes fail, by the scenario: all while the metrics are lost, a share at other times.</summary>
internal sealed class LiveScrapes(Scenario scenario, ulong seed, Func<TimeSpan> now)
{
    private readonly ImmutableArray<ScenarioEvent> losses = [.. scenario.Events.Where(e => e is ScenarioEvent.MetricsLost or ScenarioEvent.ScrapeGaps)];
    private readonly RandomSource random = new(seed, "scrapes");
    private readonly Lock gate = new();

    /// <summary>Whether a scrape of a pod of a service fails now.</summary>
    public bool Misses(string service)
    {
        var read = 1 - scenario.Observe.Missed;
        foreach (var loss in losses)
        {
            if (loss.IsOn(now()) && (loss.Service is null || loss.Service == service))
            {
                read *= loss is ScenarioEvent.ScrapeGaps gaps ? 1 - gaps.Share : 0;
            }
        }

        if (read >= 1)
        {
            return false;
        }

        lock (gate)
        {
            return random.NextDouble() >= read;
        }
    }
}
