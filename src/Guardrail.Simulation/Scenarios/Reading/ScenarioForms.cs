using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>The scenario format.</summary>
internal static class ScenarioForms
{
    private static readonly ValueForm Action = new ValueForm.Choice([.. Enum.GetNames<ExpectedAction>()]);

    public static Form Surge { get; } = new("surge", "A window in which the rate is multiplied: a flash crowd, or a lull.",
    [
        new("at", ValueForm.Duration, "When it begins.", IsRequired: true),
        new("for", ValueForm.Duration, "How long it lasts.", IsRequired: true),
        new("factor", ValueForm.Number, "What the rate is multiplied by, at least 0.", IsRequired: true),
    ]);

    public static Form Traffic { get; } = new("traffic", "Requests from outside.",
    [
        new("rate", ValueForm.Rate, "Mean rate, such as 200/s."),
        new("trace", ValueForm.Text, "CSV file of recorded rates, beside the scenario: seconds since the start, requests per second. Instead of rate."),
        new("swing", ValueForm.Percent, "Swing of the rate over the day. Default 0%."),
        new("timeOfDay", ValueForm.Duration, "Time of day of the start: at 0h the rate is the mean and rises. Default 0h."),
        new("noise", ValueForm.Percent, "How far the rate wanders. Default 10%."),
        new("surges", new ValueForm.ListOf(new ValueForm.Mapping(Surge)), "Flash crowds and lulls. Default: none."),
    ]);

    public static Form Bursts { get; } = new("bursts", "Clusters of errors that hit one pod at a time.",
    [
        new("perHour", ValueForm.Number, "How many over the whole service.", IsRequired: true),
        new("size", ValueForm.Number, "How many requests each fails on average, at least 1. Default 5."),
        new("spread", ValueForm.Duration, "Time over which its failures are spread. Default 5s."),
    ]);

    public static Form Errors { get; } = new("errors", "How requests fail while every revision is well.",
    [
        new("rate", ValueForm.Percent, "Share answered 5xx. Default 0.1%."),
        new("podSpread", ValueForm.Percent, "How much pods differ. Default 10%."),
        new("dispersion", ValueForm.Number, "Variance over mean of the error counts, shared by all pods, at least 1. Default 1."),
        new("bursts", new ValueForm.Mapping(Bursts), "Clusters of errors. Default: none."),
    ]);

    public static Form Latency { get; } = new("latency", "How long requests take while every revision is well.",
    [
        new("median", ValueForm.Duration, "Median. Default 80ms."),
        new("spread", ValueForm.Number, "Standard deviation of the logarithm. Default 0.7."),
        new("warmUp", ValueForm.Duration, "How long a new pod is slower. Default 60s."),
        new("warmUpFactor", ValueForm.Number, "How much slower it begins. Default 3."),
    ]);

    public static Form Call { get; } = new("call", "A service that is called.",
    [
        new("service", ValueForm.Text, "Its name.", IsRequired: true),
        new("perRequest", ValueForm.Number, "Calls per request. Default 1."),
    ]);

    public static Form Strategy { get; } = new("strategy", "How the Deployment replaces its pods.",
    [
        new("maxSurge", ValueForm.Whole, "Pods above the wanted number. Default: a quarter, rounded up."),
        new("maxUnavailable", ValueForm.Whole, "Pods below the wanted number. Default: a quarter, rounded down."),
        new("recreate", ValueForm.Flag, "Whether all old pods end before the first new one starts. Default false."),
    ]);

    public static Form Service { get; } = new("service", "A service: one Deployment.",
    [
        new("pods", ValueForm.Whole, "Pods, 0 to 1000. Default 3."),
        new("copies", ValueForm.Whole, "So many services alike, named name-1 and so on. Default: one, named as it is."),
        new("traffic", new ValueForm.Either(ValueForm.Rate, new ValueForm.Mapping(Traffic)), "Requests from outside, such as 200/s. Default: none but those of callers."),
        new("errors", new ValueForm.Either(ValueForm.Percent, new ValueForm.Mapping(Errors)), "Usual errors. Default 0.1%."),
        new("latency", new ValueForm.Either(ValueForm.Duration, new ValueForm.Mapping(Latency)), "Usual median latency, such as 80ms; none is not measured. Default 80ms."),
        new("orders", ValueForm.Percent, "Share of successful requests that end in an order (counter orders_total). Default 0%."),
        new("calls", new ValueForm.ListOf(new ValueForm.Either(ValueForm.Text, new ValueForm.Mapping(Call))), "Services that it calls: it fails when they do."),
        new("startUp", ValueForm.Duration, "From a pod's creation until it is ready. Default 10s."),
        new("strategy", new ValueForm.Mapping(Strategy), "How pods are replaced."),
        new("labels", new ValueForm.MapOf(ValueForm.Text), "Labels of the Deployment. Default app: name."),
        new("revision", ValueForm.Text, "Revision that serves at the start. Default v1."),
    ]);

    public static Form Rollout { get; } = new("rollout", "A change of a service to another revision.",
    [
        new("service", ValueForm.Text, "The service, or all copies of it.", IsRequired: true),
        new("copies", ValueForm.Whole, "Only so many copies, from the first on. Default: all."),
        new("every", ValueForm.Duration, "Time between one copy and the next. Default 0s."),
        new("at", ValueForm.Duration, "When it begins. Default 10m."),
        new("to", ValueForm.Text, "Revision it goes to. Default v2, v3 and so on."),
        new("by", new ValueForm.Choice(["human", "agent"]), "Who made the change. Default: nobody said."),
        new("faults", new ValueForm.ListOf(new ValueForm.Kinds("revisionFault", FaultForms.Revision)), "What is wrong with the new revision. Default: nothing."),
    ]);

    public static Form Observe { get; } = new("observe", "How the counters are read.",
    [
        new("interval", ValueForm.Duration, "Distance between two reads, 1s to 60s. Default: the policy's tick, 5s."),
        new("quietInterval", ValueForm.Duration, "The same while nothing is rolled out, to play days quickly. Default: the interval."),
        new("missed", ValueForm.Percent, "Share of scrapes that fail. Default 0%."),
    ]);

    public static Form ExpectedRollout { get; } = new("expectedRollout", "What Guardrail should make of a rollout.",
    [
        new("service", ValueForm.Text, "The service, or all copies of it.", IsRequired: true),
        new("number", ValueForm.Whole, "Which of its rollouts, from 1. Default: each."),
        new("verdict", new ValueForm.Choice([nameof(Verdict.Healthy), nameof(Verdict.Regressed), nameof(Verdict.Undecided), nameof(Verdict.NoEvidence)]), "What is believed at the end."),
        new("action", new ValueForm.Either(Action, new ValueForm.ListOf(Action)), "The strongest thing that is done, or a list of what it may be."),
        new("within", ValueForm.Duration, "How long that takes at most, from the first bad request on."),
        new("held", new ValueForm.Choice([.. Enum.GetNames<HoldCause>()]), "Why it is held at some time: a step of its pacing, on suspicion, or because agents' changes are frozen."),
        new("cure", new ValueForm.Choice([.. Enum.GetNames<CureFinding>()]), "What is found after it was taken back: whether errors and latency are what they were before."),
        new("badRequests", ValueForm.Whole, "Requests that the rollout spoils, at most."),
    ]);

    public static Form Expect { get; } = new("expect", "What Guardrail should make of it; what is not named is not checked.",
    [
        new("rollouts", new ValueForm.ListOf(new ValueForm.Mapping(ExpectedRollout)), "Of rollouts."),
        new("untouched", new ValueForm.ListOf(ValueForm.Text), "Services that are never held or rolled back."),
        new("badRequests", ValueForm.Whole, "Requests that all rollouts spoil, at most."),
    ]);

    public static Form Scenario { get; } = new("scenario", "An incident, or a quiet day, for guardrail simulate.",
    [
        new("apiVersion", new ValueForm.Choice([Scenarios.Scenario.ApiVersion]), "Version of the format.", IsRequired: true),
        new("kind", new ValueForm.Choice([Scenarios.Scenario.Kind]), "Kind of the document.", IsRequired: true),
        new("name", ValueForm.Text, "Name, such as quiet-release.", IsRequired: true),
        new("title", ValueForm.Text, "What happens, in one line."),
        new("duration", ValueForm.Duration, "How long it is played, 1m to 744h. Default 30m."),
        new("namespace", ValueForm.Text, "Namespace of all services. Default shop."),
        new("services", new ValueForm.MapOf(new ValueForm.Mapping(Service)), "The services, by name.", IsRequired: true),
        new("rollouts", new ValueForm.ListOf(new ValueForm.Mapping(Rollout)), "What is rolled out."),
        new("faults", new ValueForm.ListOf(new ValueForm.Kinds("fault", FaultForms.Happening)), "What else happens, whatever revision serves."),
        new("observe", new ValueForm.Mapping(Observe), "How the counters are read."),
        new("policy", new ValueForm.Either(ValueForm.Text, ValueForm.Anything), "File with GuardrailPolicies, beside the scenario; or the spec of one, which may name a file to begin with. Default: the defaults, with autonomy Enforce."),
        new("expect", new ValueForm.Mapping(Expect), "What Guardrail should make of it."),
    ]);
}
