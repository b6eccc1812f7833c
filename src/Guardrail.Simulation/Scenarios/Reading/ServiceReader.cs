using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Simulation.Traffic.Models;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Reads services: their traffic, their usual errors and latency, and whom they call.</summary>
internal static class ServiceReader
{
    private const int MostServices = 1000;
    private const int MostPods = 10_000;

    public static ImmutableArray<ScenarioService> Read(YamlPlace place, string? folder)
    {
        if (place.Node is not YamlMappingNode mapping || mapping.Children.Count == 0)
        {
            throw place.Error("must be a mapping of names to services, such as checkout: {pods: 10, traffic: 200/s}.");
        }

        List<ScenarioService> services = [];
        List<(int Caller, YamlPlace Place, string Group, double PerRequest)> calls = [];
        foreach (var (key, value) in mapping.Children)
        {
            var group = new YamlPlace(place.File, place.Field, key).Name(NamePatterns.DnsLabel(), "checkout");
            var fields = new YamlFields(new(place.File, $"{place.Field}.{group}", value), ScenarioForms.Service.Known);
            var copies = fields["copies"] is { } number ? (int)number.Whole(1, MostServices) : 0;
            for (var copy = Math.Min(copies, 1); copy <= copies; copy++)
            {
                calls.AddRange(Calls(fields["calls"], services.Count));
                services.Add(Service(group, copy == 0 ? group : string.Create(CultureInfo.InvariantCulture, $"{group}-{copy}"), fields, folder));
            }

            if (services.Count > MostServices || services.Sum(s => s.Pods) > MostPods)
            {
                throw fields.Required("copies").Error($"makes more than {MostServices} services or {MostPods} pods; fewer suffice to see what happens.");
            }
        }

        return CallOrder.Of(services, calls);
    }

    private static ScenarioService Service(string group, string name, YamlFields fields, string? folder) => new()
    {
        Name = name,
        Group = group,
        Pods = fields.Or("pods", 3, p => (int)p.Whole(0, 1000)),
        Profile = new()
        {
            Arrivals = fields.Or("traffic", new ArrivalModel { RequestsPerSecond = 0, DiurnalSwing = 0 }, p => TrafficReader.Read(p, folder)),
            Errors = fields.Or("errors", new ErrorModel(), Errors),
            Latency = fields.Or("latency", new LatencyModel(), Latency),
            OrderRate = fields.Or("orders", 0.0, ScenarioValues.Percent),
        },
        StartUp = fields.Or("startUp", TimeSpan.FromSeconds(10), ScenarioValues.Time),
        Strategy = fields.Or("strategy", new UpdateStrategy(), Strategy),
        Labels = fields.Or("labels", ImmutableDictionary<string, string>.Empty.Add("app", name), Labels),
        Revision = fields.Or("revision", "v1", Revision),
    };

    /// <summary>Name of a revision, which is part of pods' names.</summary>
    public static string Revision(YamlPlace place) => place.Name(NamePatterns.DnsLabel(), "v2");

    private static ErrorModel Errors(YamlPlace place)
    {
        if (place.Node is YamlScalarNode)
        {
            return new() { BaseRate = place.Percent() };
        }

        var fields = new YamlFields(place, ScenarioForms.Errors.Known);
        var usual = new ErrorModel();
        return new()
        {
            BaseRate = fields.Or("rate", usual.BaseRate, ScenarioValues.Percent),
            PodSpread = fields.Or("podSpread", usual.PodSpread, ScenarioValues.Percent),
            Dispersion = fields.Or("dispersion", usual.Dispersion, ScenarioValues.AtLeastOne),
            Bursts = fields.Or("bursts", usual.Bursts, Bursts),
        };
    }

    private static BurstModel Bursts(YamlPlace place)
    {
        var fields = new YamlFields(place, ScenarioForms.Bursts.Known);
        return new()
        {
            PerHour = fields.Required("perHour").Fraction(0, inclusive: true, 1e6),
            Size = new BurstSize.Geometric(fields.Or("size", 5.0, ScenarioValues.AtLeastOne)),
            Spread = fields.Or("spread", TimeSpan.FromSeconds(5), ScenarioValues.Length),
        };
    }

    private static LatencyModel? Latency(YamlPlace place)
    {
        if (place.Node is YamlScalarNode { Value: "none" })
        {
            return null;
        }

        if (place.Node is YamlScalarNode)
        {
            return Median(place.Length());
        }

        var fields = new YamlFields(place, ScenarioForms.Latency.Known);
        var usual = Median(fields.Or("median", TimeSpan.FromMilliseconds(80), ScenarioValues.Length));
        return usual with
        {
            Sigma = fields.Or("spread", usual.Sigma, p => p.Fraction(0, inclusive: false, 5)),
            WarmUp = fields.Or("warmUp", usual.WarmUp, ScenarioValues.Time),
            WarmUpFactor = fields.Or("warmUpFactor", usual.WarmUpFactor, ScenarioValues.AtLeastOne),
        };
    }

    private static LatencyModel Median(TimeSpan median)
    {
        var usual = new LatencyModel();
        return usual with { MedianSeconds = median.TotalSeconds, TailStartSeconds = usual.TailStartSeconds * median.TotalSeconds / usual.MedianSeconds };
    }

    private static UpdateStrategy Strategy(YamlPlace place)
    {
        var fields = new YamlFields(place, ScenarioForms.Strategy.Known);
        return new()
        {
            MaxSurge = fields.Or<int?>("maxSurge", null, p => (int)p.Whole(0, 1000)),
            MaxUnavailable = fields.Or<int?>("maxUnavailable", null, p => (int)p.Whole(0, 1000)),
            Recreate = fields.Or("recreate", false, YamlValues.Flag),
        };
    }

    private static ImmutableDictionary<string, string> Labels(YamlPlace place) => place.Node is YamlMappingNode labels
        ? labels.Children.ToImmutableDictionary(
            c => new YamlPlace(place.File, place.Field, c.Key).Text(), c => new YamlPlace(place.File, place.Field, c.Value).Text())
        : throw place.Error("must be a mapping of labels, such as {tier: web}.");

    private static IEnumerable<(int Caller, YamlPlace Place, string Group, double PerRequest)> Calls(YamlPlace? place, int caller)
    {
        foreach (var item in place?.Items() ?? [])
        {
            if (item.Node is YamlScalarNode)
            {
                yield return (caller, item, item.Text(), 1);
            }
            else
            {
                var fields = new YamlFields(item, ScenarioForms.Call.Known);
                var service = fields.Required("service");
                yield return (caller, service, service.Text(), fields.Or("perRequest", 1.0, p => p.Fraction(0, inclusive: true, 1000)));
            }
        }
    }
}
