using System.Collections.Immutable;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Traffic.Faults;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Reads faults, of revisions and of everything else.</summary>
internal static class FaultReader
{
    /// <summary>Reads a fault of a revision.</summary>
    public static ScheduledFault Revision(YamlPlace place, ServiceNames names)
    {
        var (kind, fields) = Open(place, FaultForms.Revision);
        var fault = new ScheduledFault(Traffic(kind, fields) ?? OfRevision(kind, fields, names))
        {
            Onset = fields.Or("after", TimeSpan.Zero, ScenarioValues.Time),
            Duration = fields.Or<TimeSpan?>("for", null, p => p.Length()),
        };
        return fields["pods"] is { } pods ? fault with { Scope = new FaultScope.FirstPods((int)pods.Whole(1, 1000)) } : fault;
    }

    /// <summary>Reads a fault that happens whatever revision serves; one of each service that it concerns.</summary>
    public static IEnumerable<ScenarioEvent> Happening(YamlPlace place, ServiceNames names)
    {
        var (kind, fields) = Open(place, FaultForms.Happening);
        var at = fields.Required("at").Time();
        var length = fields.Or<TimeSpan?>("for", null, p => p.Length());
        if (fields["service"] is null && !FaultForms.IsOfTraffic(kind))
        {
            yield return Of(kind, fields, at) with { At = at, For = length };
            yield break;
        }

        foreach (var name in fields["service"] is { } service ? names.Expand(service) : names.All)
        {
            yield return Of(kind, fields, at) with { At = at, For = length, Service = name };
        }
    }

    private static (string Kind, YamlFields Fields) Open(YamlPlace place, ImmutableArray<Form> forms)
    {
        string[] kinds = [.. forms.Select(KindOf)];
        if (place.Node is not YamlMappingNode mapping)
        {
            throw place.Error("must be a mapping that begins with fault, such as {fault: errors, rate: 5%}.");
        }

        var kind = mapping.Children.Where(c => c.Key is YamlScalarNode { Value: "fault" }).Select(c => new YamlPlace(place.File, place.Field + ".fault", c.Value)).FirstOrDefault()
            ?? throw place.Error("has no fault; say what is wrong, such as fault: errors.");
        var name = kind.Text();
        return kinds.Contains(name)
            ? (name, new YamlFields(place, forms.First(f => KindOf(f) == name).Known))
            : throw kind.Error($"is \"{name}\", which is no fault here; {Suggestion.For(name, kinds)}");
    }

    private static string KindOf(Form form) => ((ValueForm.Choice)form.Fields[0].Value).Values[0];

    private static Fault? Traffic(string kind, YamlFields fields) => kind switch
    {
        "errors" => new Fault.ErrorRate(fields.Required("rate").Percent()),
        "moreErrors" => new Fault.ErrorMultiple(fields.Required("factor").AtLeastOne()),
        "slowLeak" => new Fault.SlowLeak(fields.Or("growth", TimeSpan.FromMinutes(10), ScenarioValues.Length)),
        "slower" => new Fault.LatencyShift(fields.Required("factor").AtLeastOne()),
        "slowTail" => new Fault.SlowTail(fields.Required("share").Percent(), fields.Or("by", TimeSpan.FromSeconds(1), ScenarioValues.Length)),
        "timeouts" => new Fault.Timeouts(fields.Required("share").Percent(), fields.Or("limit", TimeSpan.FromSeconds(10), ScenarioValues.Length)),
        "requestsVanish" => new Fault.RequestsVanish(fields.Required("share").Percent()),
        "successDrop" => new Fault.SuccessDrop(fields.Required("share").Percent()),
        "dependencyOutage" => new Fault.DependencyOutage(fields.Required("share").Percent(), fields.Or("slower", 1.0, ScenarioValues.AtLeastOne)),
        _ => null,
    };

    private static Fault OfRevision(string kind, YamlFields fields, ServiceNames names) => kind switch
    {
        "crashLoop" => new Fault.CrashLoop(fields.Or("runsFor", TimeSpan.FromSeconds(20), ScenarioValues.Length)),
        "neverReady" => new Fault.NeverReady(),
        "outOfMemory" => new Fault.OutOfMemory(fields.Or("runsFor", TimeSpan.FromMinutes(15), ScenarioValues.Length)),
        "sessionBreakage" => new Fault.SessionBreakage(fields.Required("share").Percent()),
        "priceErrors" => new Fault.PriceErrors(fields.Required("rate").Percent()),
        _ => new Fault.Damage(names.One(fields.Required("service")), fields.Required("rate").Percent()),
    };

    private static ScenarioEvent Of(string kind, YamlFields fields, TimeSpan at) => Traffic(kind, fields) is { } fault
        ? new ScenarioEvent.ServiceFault(fault) { At = at }
        : kind switch
        {
            "configCorrupted" => new ScenarioEvent.ConfigCorrupted(fields.Required("rate").Percent()) { At = at },
            "deleteAndRecreate" => new ScenarioEvent.Recreated(
                fields.Or("downFor", TimeSpan.FromMinutes(2), ScenarioValues.Length), fields["revision"]?.Text())
            { At = at },
            "scaleToZero" => new ScenarioEvent.ScaledToZero { At = at },
            "metricsLost" => new ScenarioEvent.MetricsLost { At = at },
            "scrapeGaps" => new ScenarioEvent.ScrapeGaps(fields.Required("share").Percent()) { At = at },
            "counterReset" => new ScenarioEvent.CounterReset { At = at },
            _ => new ScenarioEvent.GitOpsFight(
                fields.Or("after", TimeSpan.FromSeconds(30), ScenarioValues.Length), fields["manager"]?.Text() ?? "argocd-controller")
            { At = at },
        };
}
