using System.Collections.Immutable;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>
/// Carries trouble and requests along the calls, tick by tick: what fails at a service fails its callers; what callers send arrives a tick later;
/// and damage follows a tick later too.
/// </summary>
internal sealed class CallGraph
{
    private readonly ImmutableArray<ITrafficNode> services;
    private readonly ImmutableArray<ImmutableArray<(int Index, double PerRequest)>> calls;
    private readonly double[] inflow;
    private readonly double[] damage;
    private readonly List<(int Service, int Rollout, double Rate)> damages = [];

    /// <summary>Makes the graph.</summary>
    /// <param name="services">In an order in which each comes after those that it calls.</param>
    /// <param name="scenario">Their scenario.</param>
    public CallGraph(ImmutableArray<ITrafficNode> services, Scenario scenario)
    {
        this.services = services;
        var indexes = services.Select((s, i) => (s.Service.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        calls = [.. services.Select(s => s.Service.Calls.Select(c => (indexes[c.Service], c.PerRequest)).ToImmutableArray())];
        inflow = new double[services.Length];
        damage = new double[services.Length];
        Indexes = indexes;
        var outside = services.Select(s => s.Service.Profile.Arrivals.MeanRequests(TimeSpan.Zero, TimeSpan.FromSeconds(1))).ToArray();
        for (var i = services.Length - 1; i >= 0; i--)
        {
            foreach (var (callee, perRequest) in calls[i])
            {
                inflow[callee] += (outside[i] + inflow[i]) * perRequest;
            }
        }

        HasDamage = scenario.Rollouts.Any(r => r.Behaviour.Faults.Any(f => f.Fault is Fault.Damage));
    }

    private Dictionary<string, int> Indexes { get; }

    private bool HasDamage { get; }

    /// <summary>Draws the rest of a tick, callees before callers.</summary>
    public void Advance(TimeSpan from, TimeSpan to)
    {
        for (var i = 0; i < services.Length; i++)
        {
            var service = services[i];
            var (well, priced) = (1.0, 1.0);
            foreach (var (callee, perRequest) in calls[i])
            {
                var tick = services[callee].Tick;
                well *= perRequest == 1 ? 1 - tick.FailingShare : Math.Pow(1 - tick.FailingShare, perRequest);
                priced *= 1 - tick.UnpricedShare;
            }

            service.Surround(new Surroundings(inflow[i], 1 - well, 1 - priced, damage[i]));
            service.AdvanceTo(to);
            service.EndTick();
            BlameCallees(i);
            service.Tick.Close();
        }

        Flow(to - from);
        Damage(to);
    }

    /// <summary>Whose rollouts are to blame for what failed at a service through no fault of its own.</summary>
    private void BlameCallees(int index)
    {
        var own = services[index].Tick;
        if (own.CallErrors > 0 || own.CallOrders > 0)
        {
            var (failing, unpriced) = (0.0, 0.0);
            foreach (var (callee, perRequest) in calls[index])
            {
                failing += services[callee].Tick.FailingShare * perRequest;
                unpriced += services[callee].Tick.UnpricedShare;
            }

            foreach (var (callee, perRequest) in calls[index])
            {
                Blame(own, services[callee].Tick, perRequest, failing, unpriced);
            }
        }

        if (own.DamageErrors > 0)
        {
            foreach (var (service, rollout, rate) in damages)
            {
                if (service == index && damage[index] > 0)
                {
                    own.Blames(rollout, own.DamageErrors * rate / damage[index], callersSee: true);
                }
            }
        }
    }

    private static void Blame(ServiceTally own, ServiceTally callee, double perRequest, double failing, double unpriced)
    {
        for (var rollout = 0; rollout < callee.Blame.Length; rollout++)
        {
            if (callee.Blame[rollout] > 0 && failing > 0)
            {
                own.Blames(rollout, own.CallErrors * callee.Blame[rollout] * perRequest / failing, callersSee: true);
            }

            if (callee.PriceErrors > 0 && callee.Spoilt[rollout] > 0 && unpriced > 0)
            {
                own.Blames(rollout, own.CallOrders * callee.UnpricedShare / unpriced, callersSee: false);
            }
        }
    }

    private void Flow(TimeSpan length)
    {
        Array.Clear(inflow);
        for (var i = services.Length - 1; i >= 0; i--)
        {
            var tick = services[i].Tick;
            var perSecond = (tick.Requests + tick.Unserved) / length.TotalSeconds;
            foreach (var (callee, perRequest) in calls[i])
            {
                inflow[callee] += perSecond * perRequest;
            }
        }
    }

    private void Damage(TimeSpan now)
    {
        if (!HasDamage)
        {
            return;
        }

        Array.Clear(damage);
        damages.Clear();
        foreach (var service in services)
        {
            foreach (var revision in service.Serving)
            {
                foreach (var scheduled in revision.Behaviour.Faults)
                {
                    if (scheduled.Fault is Fault.Damage fault && scheduled.Acts(now - revision.Origin, out _))
                    {
                        var all = service.Serving.Sum(r => r.Ready);
                        var rate = fault.Rate * revision.Ready / all;
                        var target = Indexes[fault.Service];
                        damage[target] = 1 - ((1 - damage[target]) * (1 - rate));
                        damages.Add((target, Math.Max(0, revision.Rollout), rate));
                    }
                }
            }
        }
    }
}
