using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Reads what a scenario expects.</summary>
internal static class ExpectationReader
{
    /// <param name="place">The place of <c>expect</c>.</param>
    /// <param name="names">The services.</param>
    public static ScenarioExpectations Read(YamlPlace place, ServiceNames names)
    {
        var fields = new YamlFields(place, ScenarioForms.Expect.Known);
        return new()
        {
            Rollouts = fields.Or<ImmutableArray<RolloutExpectation>>("rollouts", [], p => [.. p.Items().Select(i => Rollout(i, names))]),
            Untouched = fields.Or<ImmutableArray<string>>("untouched", [], p => [.. p.Items().SelectMany(names.Expand)]),
            BadRequests = fields.Or<long?>("badRequests", null, p => p.Whole(0, long.MaxValue)),
        };
    }

    private static RolloutExpectation Rollout(YamlPlace place, ServiceNames names)
    {
        var fields = new YamlFields(place, ScenarioForms.ExpectedRollout.Known);
        names.Expand(fields.Required("service"));
        var expected = new RolloutExpectation
        {
            Service = fields.Required("service").Text(),
            Number = fields.Or<int?>("number", null, p => (int)p.Whole(1, 1000)),
            Verdict = fields.Or<string?>("verdict", null, Believed),
            Actions = fields.Or<ImmutableArray<ExpectedAction>>("action", [], Actions),
            Held = fields.Or<HoldCause?>("held", null, p => p.Choice<HoldCause>()),
            Cure = fields.Or<CureFinding?>("cure", null, p => p.Choice<CureFinding>()),
            Within = fields.Or<TimeSpan?>("within", null, p => p.Time()),
            BadRequests = fields.Or<long?>("badRequests", null, p => p.Whole(0, long.MaxValue)),
        };
        RefuseWhatCannotBe(expected, fields);
        return expected;
    }

    /// <summary>An expectation that contradicts itself would be unmet whatever is played.</summary>
    private static void RefuseWhatCannotBe(RolloutExpectation expected, YamlFields fields)
    {
        if (expected is { Cure: { } cure, Actions.IsEmpty: false } && expected.Actions.Max() < ExpectedAction.RollBack)
        {
            throw fields.Required("cure").Error($"is {cure}, but a cure is looked for only after a rollback, and action is {Words(expected)}; add RollBack to action, or leave cure out.");
        }

        if (expected is { Held: HoldCause.Suspicion or HoldCause.Frozen, Actions: [ExpectedAction.None] })
        {
            throw fields.Required("held").Error($"is {expected.Held}, but action is None, which means that it is held for nothing but its pacing; let action be Hold or more, or leave held out.");
        }
    }

    private static string Words(RolloutExpectation expected) => string.Join(" or ", expected.Actions);

    private static ImmutableArray<ExpectedAction> Actions(YamlPlace place) => place.Node is YamlDotNet.RepresentationModel.YamlSequenceNode
        ? [.. place.Items().Select(YamlValues.Choice<ExpectedAction>)]
        : [place.Choice<ExpectedAction>()];

    private static string Believed(YamlPlace place)
    {
        string[] verdicts = [nameof(Verdict.Healthy), nameof(Verdict.Regressed), nameof(Verdict.Undecided), nameof(Verdict.NoEvidence)];
        var text = place.Text();
        return verdicts.Contains(text) ? text : throw place.Error($"is \"{text}\", but must be one of {string.Join(", ", verdicts)}; {Suggestion.For(text, verdicts)}");
    }
}
