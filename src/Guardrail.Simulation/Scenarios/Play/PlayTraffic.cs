using System.Collections.Immutable;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Carries the requests of a play along, tick by tick, and keeps what users got of them and which rollout is to blame: the same for every way of playing.</summary>
internal sealed class PlayTraffic(ImmutableArray<ITrafficNode> services, Scenario scenario, RolloutLedger ledger)
{
    private readonly CallGraph graph = new(services, scenario);

    /// <summary>What users got so far.</summary>
    public Truth Truth { get; private set; }

    /// <summary>Draws the rest of a tick.</summary>
    public void Advance(TimeSpan from, TimeSpan to)
    {
        graph.Advance(from, to);
        foreach (var service in services)
        {
            var tick = service.Tick;
            ledger.Take(service.Service.Name, tick, to);
            Truth += new Truth(tick.Requests + tick.Unserved, tick.Errors, tick.Unserved, (long)Math.Round(Sum(tick.Spoilt)));
            Note(service);
        }
    }

    /// <summary>When the first bad request of a rollout was served is known to its pods to a fraction of the tick.</summary>
    private void Note(ITrafficNode service)
    {
        if (!service.Tick.Spoilt.IsEmpty)
        {
            foreach (var (rollout, at) in service.FirstBad)
            {
                ledger.FirstBad(rollout, at);
            }
        }
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
