using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Scenarios;

/// <summary>
/// An incident, or a quiet day, as an engineer describes it: services, what is rolled out, what goes wrong, and what Guardrail should make of it.
/// Times count from the start of the scenario, at which every service has been serving its first revision for long.
/// </summary>
public sealed record Scenario
{
    /// <summary>Version of the format.</summary>
    public const string ApiVersion = "guardrail.dev/v1alpha1";

    /// <summary>Kind of the document.</summary>
    public const string Kind = "Scenario";

    /// <summary>Name, a DNS label, such as <c>march-checkout-outage</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What happens, in one line for lists and headings.</summary>
    public string Title { get; init; } = "";

    /// <summary>The comment at the head of the file: the story, for people. Default: none.</summary>
    public string Story { get; init; } = "";

    /// <summary>How long it is played, 1 min to 31 days. Default 30 min.</summary>
    public TimeSpan Duration { get; init => field = Bounds.Positive(value, nameof(Duration)); } = TimeSpan.FromMinutes(30);

    /// <summary>When it begins, for clocks and dates that people see. Default 2026-03-02 09:00 UTC.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Namespace of all services. Default <c>shop</c>.</summary>
    public string Namespace { get; init; } = "shop";

    /// <summary>The services, none twice; those with copies written out. In an order in which each comes after those that it calls.</summary>
    public required ImmutableArray<ScenarioService> Services { get; init; }

    /// <summary>What is rolled out, in order of time.</summary>
    public ImmutableArray<ScenarioRollout> Rollouts { get; init; } = [];

    /// <summary>What else happens to services, the cluster and the metrics, in order of time.</summary>
    public ImmutableArray<ScenarioEvent> Events { get; init; } = [];

    /// <summary>How the counters are read.</summary>
    public Observing Observe { get; init; } = new();

    /// <summary>The policies that guard the services; the first in order that selects a service guards it.</summary>
    public required ImmutableArray<GuardPolicy> Policies { get; init; }

    /// <summary>The spec of each policy as a GuardrailPolicy of the cluster holds it, as JSON, in the order of <see cref="Policies"/>.</summary>
    public ImmutableArray<string> PolicySpecs { get; init; } = [];

    /// <summary>What Guardrail should make of it; the run is a success if all is met.</summary>
    public ScenarioExpectations Expect { get; init; } = new();

    /// <summary>Its beginning: what would come later is left out, and so is what is expected of rollouts that have not begun by then.</summary>
    /// <param name="end">Where it is cut off; a scenario that is shorter stays as it is.</param>
    public Scenario Until(TimeSpan end) => end >= Duration ? this : this with
    {
        Duration = end,
        Rollouts = [.. Rollouts.Where(r => r.At < end)],
        Events = [.. Events.Where(e => e.At < end)],
        Expect = Expect with
        {
            Rollouts = [.. Expect.Rollouts.Where(e => Rollouts.Count(r => r.At < end && (r.Service == e.Service || Service(r.Service)?.Group == e.Service)) is var begun
                && begun > 0 && begun >= (e.Number ?? 1))],
        },
    };

    /// <summary>What is left of it from a time on, which becomes its start: traffic and faults go on as they would have; what began before is left out.</summary>
    /// <param name="begin">From when on; before anything but what lasts for good begins.</param>
    public Scenario From(TimeSpan begin) => this with
    {
        Duration = Duration - begin,
        Start = Start + begin,
        Services = [.. Services.Select(s => s with { Profile = s.Profile.From(begin) })],
        Rollouts = [.. Rollouts.Where(r => r.At >= begin).Select(r => r with { At = r.At - begin })],
        Events = [.. Events.Where(e => e.At >= begin || e.For is null || e.At + e.For > begin).Select(e => e with
        {
            At = e.At > begin ? e.At - begin : TimeSpan.Zero,
            For = e.For is { } length && e.At < begin ? length - (begin - e.At) : e.For,
        })],
    };

    /// <summary>The service of a name; null when there is none.</summary>
    public ScenarioService? Service(string name) => Services.FirstOrDefault(s => s.Name == name);
}
