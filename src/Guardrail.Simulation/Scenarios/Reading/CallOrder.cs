using System.Collections.Immutable;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Binds calls to services, and puts each service behind those that it calls.</summary>
internal static class CallOrder
{
    public static ImmutableArray<ScenarioService> Of(
        List<ScenarioService> services, List<(int Caller, YamlPlace Place, string Group, double PerRequest)> calls)
    {
        var names = new ServiceNames(services);
        var places = new Dictionary<(string Caller, string Callee), YamlPlace>();
        foreach (var (caller, place, group, perRequest) in calls)
        {
            // Copies share what is sent to them.
            var callees = names.Expand(place);
            foreach (var callee in callees)
            {
                places[(services[caller].Name, callee)] = place;
                services[caller] = services[caller] with { Calls = services[caller].Calls.Add(new(callee, perRequest / callees.Count)) };
            }
        }

        return Sort(services, places);
    }

    private static ImmutableArray<ScenarioService> Sort(List<ScenarioService> services, Dictionary<(string Caller, string Callee), YamlPlace> places)
    {
        var byName = services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var sorted = ImmutableArray.CreateBuilder<ScenarioService>(services.Count);
        HashSet<string> done = new(StringComparer.Ordinal);
        List<string> way = [];
        foreach (var service in services)
        {
            Visit(service);
        }

        return sorted.ToImmutable();

        void Visit(ScenarioService service)
        {
            if (!done.Contains(service.Name))
            {
                way.Add(service.Name);
                foreach (var call in service.Calls)
                {
                    var circle = way.IndexOf(call.Service);
                    if (circle >= 0)
                    {
                        throw places[(service.Name, call.Service)].Error(
                            $"closes a circle of calls: {string.Join(" → ", way.Skip(circle))} → {call.Service}; leave out one of them.");
                    }

                    Visit(byName[call.Service]);
                }

                way.RemoveAt(way.Count - 1);
                done.Add(service.Name);
                sorted.Add(service);
            }
        }
    }
}
