using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Policies;

/// <summary>Reads one GuardrailPolicy (guardrail.dev/v1alpha1).</summary>
internal static class PolicyReader
{
    public const string ApiVersion = "guardrail.dev/v1alpha1";
    public const string Kind = "GuardrailPolicy";
    private const double MostBudget = 0.05;

    public static GuardPolicy Read(YamlPlace document)
    {
        var top = new YamlFields(document, "apiVersion", "kind", "metadata", "spec", "status");
        Expect(top.Required("apiVersion"), ApiVersion);
        Expect(top.Required("kind"), Kind);
        var metadata = new YamlFields(
            top.Required("metadata"), "name", "namespace", "labels", "annotations", "uid", "resourceVersion", "generation",
                "creationTimestamp", "managedFields");
        var policy = new GuardPolicy
        {
            Name = metadata.Required("name").Name(NamePatterns.DnsSubdomain(), "shop"),
            Namespace = metadata.Required("namespace").Name(NamePatterns.DnsLabel(), "shop"),
        };
        return top["spec"] is { } spec ? Spec(policy, spec) : policy;
    }

    /// <summary>Reads the fields of a spec over a policy that has the others.</summary>
    public static GuardPolicy Spec(GuardPolicy policy, YamlPlace place)
    {
        var fields = new YamlFields(
            place, "workloads", "signals", "falseRollbackBudget", "fleetBudget", "tick", "bake", "warmUp", "blindBudget", "autonomy", "vetoWindow",
                "pacing", "effect", "watch", "impact", "cureWindow", "storm", "freeze", "contest", "history", "restoreConfig");
        var (kinds, selector) = fields["workloads"] is { } workloads ? Workloads(workloads, policy) : (policy.Kinds, policy.Selector);
        return policy with
        {
            Kinds = kinds,
            Selector = selector,
            Signals = fields.Or("signals", policy.Signals, SignalReader.Read),
            FalseRollbackBudget = fields.Or("fleetBudget", BudgetOf(fields, policy), FleetBudgetOf),
            Tick = Time(fields, "tick", policy.Tick, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)),
            Bake = Time(fields, "bake", policy.Bake, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            WarmUp = Time(fields, "warmUp", policy.WarmUp, TimeSpan.Zero, TimeSpan.FromMinutes(30)),
            BlindBudget = Time(fields, "blindBudget", policy.BlindBudget, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            Autonomy = fields.Or("autonomy", policy.Autonomy, YamlValues.Choice<Autonomy>),
            VetoWindow = Time(fields, "vetoWindow", policy.VetoWindow, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            Pacing = fields.Or("pacing", policy.Pacing, PacingOf),
            Effect = fields.Or("effect", policy.Effect, EffectOf),
            Watch = fields.Or("watch", policy.Watch, WatchReader.Weights),
            CureWindow = Time(fields, "cureWindow", policy.CureWindow, TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
            Storm = fields.Or("storm", policy.Storm, SafetyReader.Storm),
            Freeze = fields.Or("freeze", policy.Freeze, SafetyReader.Freeze),
            Contest = fields.Or("contest", policy.Contest, SafetyReader.Contest),
            Impact = fields.Or("impact", policy.Impact, impact => WatchReader.Impact(impact, policy.Namespace, YamlValues.Choice<WorkloadKind>)),
            RestoreConfig = fields.Or("restoreConfig", policy.RestoreConfig, YamlValues.Choice<ConfigurationScope>),
            History = fields.Or("history", policy.History, history => (int)history.Whole(1, 1000)),
        };
    }

    private static Probability BudgetOf(YamlFields fields, GuardPolicy policy) => fields.Or(
        "falseRollbackBudget", policy.FalseRollbackBudget, budget => new Probability(budget.Fraction(0, inclusive: false, MostBudget)));

    /// <summary>What each rollout may cost, so that all of a year together cost what is allowed: expectations add up, independent or not.</summary>
    private static Probability FleetBudgetOf(YamlPlace place)
    {
        var fields = new YamlFields(place, "falseRollbacksPerYear", "rolloutsPerYear");
        var allowed = fields.Required("falseRollbacksPerYear").Fraction(0, inclusive: false, 1000);
        var each = allowed / fields.Required("rolloutsPerYear").Whole(1, 10_000_000);
        return each <= MostBudget
            ? new(each)
            : throw place.Error(FormattableString.Invariant(
                $"allows {each:0.###} false rollbacks for each rollout, at most {MostBudget} is taken: allow fewer, or count the rollouts anew."));
    }

    private static (EquatableList<WorkloadKind> Kinds, LabelSelector Selector) Workloads(YamlPlace place, GuardPolicy policy)
    {
        var fields = new YamlFields(place, "kinds", "selector");
        return (fields.Or("kinds", policy.Kinds, Kinds), fields.Or("selector", policy.Selector, SelectorReader.Read));
    }

    private static EquatableList<WorkloadKind> Kinds(YamlPlace place)
    {
        WorkloadKind[] kinds = [.. place.Items().Select(YamlValues.Choice<WorkloadKind>).Distinct()];
        return kinds.Length > 0 ? [.. kinds] : throw place.Error("is empty; leave it out for Deployment.");
    }

    private static Pacing PacingOf(YamlPlace place)
    {
        var fields = new YamlFields(place, "enabled", "stepPercents", "stepDuration", "stepRequests", "maximumHold");
        var pacing = new Pacing();
        return pacing with
        {
            Enabled = fields.Or("enabled", true, YamlValues.Flag),
            StepPercents = fields.Or("stepPercents", pacing.StepPercents, Steps),
            StepDuration = Time(fields, "stepDuration", pacing.StepDuration, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            StepRequests = fields.Or("stepRequests", pacing.StepRequests, requests => requests.Whole(0, 1_000_000_000)),
            MaximumHold = Time(fields, "maximumHold", pacing.MaximumHold, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
        };
    }

    private static EquatableList<int> Steps(YamlPlace place)
    {
        int[] steps = [.. place.Items().Select(item => (int)item.Whole(1, 99))];
        return steps.Length > 0 && steps.Zip(steps.Skip(1)).All(pair => pair.First < pair.Second)
            ? [.. steps]
            : throw place.Error("must name at least one step, in ascending order, each once, such as [10, 50].");
    }

    private static EffectGate EffectOf(YamlPlace place)
    {
        var fields = new YamlFields(place, "minimumRateDifference", "minimumEvents");
        var gate = new EffectGate();
        return gate with
        {
            MinimumRateDifference = fields.Or(
                "minimumRateDifference", gate.MinimumRateDifference, difference => difference.Fraction(0, inclusive: true, 1)),
            MinimumEvents = fields.Or("minimumEvents", gate.MinimumEvents, events => events.Whole(0, 1_000_000_000)),
        };
    }

    private static TimeSpan Time(YamlFields fields, string name, TimeSpan otherwise, TimeSpan least, TimeSpan most) =>
        fields.Or(name, otherwise, place => place.Duration(least, most));

    private static void Expect(YamlPlace place, string value)
    {
        if (place.Text() != value)
        {
            throw place.Error($"is \"{place.Text()}\", but must be {value}.");
        }
    }
}
