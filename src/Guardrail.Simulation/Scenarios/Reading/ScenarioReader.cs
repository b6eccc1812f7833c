using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Reads one scenario.</summary>
internal static class ScenarioReader
{
    /// <param name="document">The document.</param>
    /// <param name="story">The comment at its head.</param>
    /// <param name="folder">Folder of its file, for files that it names; null when it has none.</param>
    public static Scenario Read(YamlPlace document, string story, string? folder)
    {
        var fields = new YamlFields(document, ScenarioForms.Scenario.Known);
        Expect(fields.Required("apiVersion"), Scenario.ApiVersion);
        Expect(fields.Required("kind"), Scenario.Kind);
        var services = ServiceReader.Read(fields.Required("services"), folder);
        var names = new ServiceNames(services);
        var ns = fields.Or("namespace", "shop", p => p.Name(NamePatterns.DnsLabel(), "shop"));
        ImmutableArray<ScenarioEvent> events = [.. fields.Or<IEnumerable<ScenarioEvent>>(
            "faults", [], p => p.Items().SelectMany(i => FaultReader.Happening(i, names)).ToArray()).OrderBy(e => e.At)];
        var observe = fields["observe"] is { } observing ? new YamlFields(observing, ScenarioForms.Observe.Known) : null;
        var interval = observe?["interval"]?.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        var (policies, specs, tick) = ScenarioPolicies.Read(fields["policy"], ns, services, interval, folder);
        return new()
        {
            Name = fields.Required("name").Name(NamePatterns.DnsLabel(), "quiet-release"),
            Title = fields.Or("title", "", p => p.Text()),
            Story = story,
            Duration = fields.Or("duration", TimeSpan.FromMinutes(30), p => p.Duration(TimeSpan.FromMinutes(1), ScenarioValues.Longest)),
            Namespace = ns,
            Services = WithFaults(services, events),
            Rollouts = [.. fields.Or<IEnumerable<ScenarioRollout>>("rollouts", [], p => Rollouts(p, names)).OrderBy(r => r.At)],
            Events = events,
            Observe = new()
            {
                Interval = tick,
                QuietInterval = observe?["quietInterval"]?.Duration(tick, TimeSpan.FromHours(1)),
                Missed = observe?.Or("missed", 0.0, ScenarioValues.Percent) ?? 0,
            },
            Policies = policies,
            PolicySpecs = specs,
            Expect = fields.Or("expect", new ScenarioExpectations(), p => ExpectationReader.Read(p, names)),
        };
    }

    private static ImmutableArray<ScenarioService> WithFaults(ImmutableArray<ScenarioService> services, ImmutableArray<ScenarioEvent> events) =>
        [.. services.Select(service => service with
        {
            Profile = service.Profile with
            {
                SharedFaults = [.. events.OfType<ScenarioEvent.ServiceFault>().Where(e => e.Service == service.Name)
                    .Select(e => new Traffic.Faults.ScheduledFault(e.Fault) { Onset = e.At, Duration = e.For })],
            },
        })];

    private static List<ScenarioRollout> Rollouts(YamlPlace place, ServiceNames names)
    {
        List<ScenarioRollout> rollouts = [];
        foreach (var item in place.Items())
        {
            var fields = new YamlFields(item, ScenarioForms.Rollout.Known);
            var services = names.Expand(fields.Required("service"));
            var copies = fields.Or("copies", services.Count, p => (int)p.Whole(1, services.Count));
            var at = fields.Or("at", TimeSpan.FromMinutes(10), ScenarioValues.Time);
            var every = fields.Or("every", TimeSpan.Zero, ScenarioValues.Time);
            var faults = fields["faults"]?.Items().Select(f => FaultReader.Revision(f, names)).ToImmutableArray() ?? [];
            for (var i = 0; i < copies; i++)
            {
                var before = rollouts.Count(r => r.Service == services[i]);
                rollouts.Add(new()
                {
                    Service = services[i],
                    At = at + (i * every),
                    To = fields.Or("to", string.Create(CultureInfo.InvariantCulture, $"v{before + 2}"), ServiceReader.Revision),
                    By = fields.Or("by", ChangeAuthor.Unknown, By),
                    Behaviour = new() { Faults = faults },
                });
            }
        }

        return rollouts;
    }

    private static ChangeAuthor By(YamlPlace place) => place.Text() switch
    {
        "human" => ChangeAuthor.Human,
        "agent" => ChangeAuthor.Agent,
        var other => throw place.Error($"is \"{other}\", but must be human or agent."),
    };

    private static void Expect(YamlPlace place, string value)
    {
        if (place.Text() != value)
        {
            throw place.Error($"is \"{place.Text()}\", but must be {value}.");
        }
    }
}
