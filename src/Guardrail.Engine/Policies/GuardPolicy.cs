using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Policies;

/// <summary>Which workloads are guarded, by what they are judged, and what Guardrail may do about it.</summary>
public sealed record GuardPolicy
{
    /// <summary>Name of the policy.</summary>
    public required string Name { get; init; }

    /// <summary>Namespace whose workloads it guards.</summary>
    public required string Namespace { get; init; }

    /// <summary>Kinds of workload it guards. Default: Deployment.</summary>
    public EquatableList<WorkloadKind> Kinds { get; init; } = [WorkloadKind.Deployment];

    /// <summary>Which workloads of the namespace. Default: all.</summary>
    public LabelSelector Selector { get; init; } = LabelSelector.Everything;

    /// <summary>By what a revision is judged. Default: <see cref="SignalPresets.Http"/>.</summary>
    public EquatableList<SignalDefinition> Signals { get; init; } = SignalPresets.Http;

    /// <summary>
    /// Highest accepted probability that a healthy rollout is rolled back (alpha). Above 0, at most 0.05. Default 0.001.
    /// Each factor of ten costs about a quarter more time to decide.
    /// </summary>
    public Probability FalseRollbackBudget { get; init; } = new(0.001);

    /// <summary>Distance between two reads of the counters, 1 s to 60 s. Default 5 s.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a revision is watched from its first serving pod until it may be called healthy, at most 24 h. Default 10 min.</summary>
    public TimeSpan Bake { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long after becoming ready a pod's latency is left out of account, at most 30 min. Default 90 s.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Whether and how the rollout itself is slowed down.</summary>
    public Pacing Pacing { get; init; } = Pacing.Off;

    /// <summary>What Guardrail may do by itself. Default Observe.</summary>
    public Autonomy Autonomy { get; init; } = Autonomy.Observe;

    /// <summary>What was asked for, where a ceiling has lowered <see cref="Autonomy"/>; null where that is what was asked for.</summary>
    public Autonomy? AskedAutonomy { get; init; }

    /// <summary>With <see cref="Autonomy.Veto"/>: how long a human has to object before the rollback. Default 60 s.</summary>
    public TimeSpan VetoWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a rollout may go without evidence before that is alerted. Default 5 min.</summary>
    public TimeSpan BlindBudget { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long after a rollback errors and latency may take to fall back to what was usual before the rollout, 30 s to 1 h. Default 5 min.
    /// </summary>
    public TimeSpan CureWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many rollbacks under this policy are carried out within a window.</summary>
    public StormLimit Storm { get; init; } = new();

    /// <summary>How many rollbacks of changes that agents made freeze further ones under this policy.</summary>
    public FreezeLimit Freeze { get; init; } = new();

    /// <summary>What is done about a revision that somebody writes back.</summary>
    public ContestRule Contest { get; init; } = new();

    /// <summary>When a difference is large enough to act upon.</summary>
    public EffectGate Effect { get; init; } = new();

    /// <summary>What else is watched beside the signals, and with which share of the budget.</summary>
    public WatchWeights Watch { get; init; } = new();

    /// <summary>Signals of other guarded workloads that a rollout of this one may break (its callers, what it calls). Default: none.</summary>
    public EquatableList<ImpactTarget> Impact { get; init; } = [];

    /// <summary>Records kept of ended rollouts of each workload, when nothing else is said.</summary>
    public const int DefaultHistory = 50;

    /// <summary>How many records of ended rollouts are kept of each workload, 1 to 1000. Default 50.</summary>
    public int History { get; init; } = DefaultHistory;

    /// <summary>Which of the configuration that a revision reads goes back with it when it is rolled back to. Default: none.</summary>
    public ConfigurationScope RestoreConfig { get; init; }

    /// <summary>Whether a workload with these labels falls under the policy.</summary>
    public bool Guards(WorkloadId workload, IReadOnlyDictionary<string, string> labels) =>
        Namespace == workload.Namespace && Kinds.Contains(workload.Kind) && Selector.Matches(labels);

    /// <summary>The policy with no more autonomy than a ceiling allows.</summary>
    public GuardPolicy Under(Autonomy ceiling) => Autonomy > ceiling ? this with { Autonomy = ceiling, AskedAutonomy = AskedAutonomy ?? Autonomy } : this;
}

/// <summary>What Guardrail may do by itself.</summary>
public enum Autonomy
{
    /// <summary>Decide and record only.</summary>
    Observe,

    /// <summary>Also tell people what it would do.</summary>
    Recommend,

    /// <summary>Hold at once, roll back after a window in which a human may object.</summary>
    Veto,

    /// <summary>Hold and roll back at once.</summary>
    Enforce,
}

/// <summary>Whether and how a rollout is slowed down, so that both revisions serve long enough to be compared.</summary>
public sealed record Pacing
{
    /// <summary>The rollout runs at its own speed.</summary>
    public static Pacing Off { get; } = new() { Enabled = false };

    /// <summary>Whether Guardrail pauses the rollout at its steps. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// Shares of updated pods, in percent ascending in 1 to 99, at which the rollout is paused and compared. The cluster moves in batches of
    /// maxSurge and maxUnavailable, so a step is reached at or above its share. Default: one step, as soon as a new pod exists.
    /// </summary>
    public EquatableList<int> StepPercents { get; init; } = [1];

    /// <summary>Shortest comparison at each step, counted from when both revisions are observed. Default 120 s: the warm-up, and time to compare latency after it.</summary>
    public TimeSpan StepDuration { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Requests the new revision must have answered before a step may be left. Default 50.</summary>
    public long StepRequests { get; init; } = 50;

    /// <summary>
    /// Longest hold at one step while there is data but too little to decide; then the rollout is let go on, undecided. While there is none at all
    /// (blind) it stays held and people are told. Default 15 min.
    /// </summary>
    public TimeSpan MaximumHold { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>When a difference is large enough to act upon, however certain it is.</summary>
public sealed record EffectGate
{
    /// <summary>Smallest excess of the new revision's event rate over the old one's, as a fraction of requests. Default 0.001 (0.1 percentage points).</summary>
    public double MinimumRateDifference { get; init; } = 0.001;

    /// <summary>Fewest events seen in the new revision. Default 5.</summary>
    public long MinimumEvents { get; init; } = 5;

    /// <summary>Whether the difference between the arms is large enough: so many events too many or, of good ones, too few.</summary>
    internal bool Passes(in TwoArmTally tally, RatioDirection direction = RatioDirection.Increase)
    {
        if (tally is not { CanaryTotal: > 0, ControlTotal: > 0 })
        {
            return false;
        }

        var excess = ((double)tally.CanaryEvents / tally.CanaryTotal) - ((double)tally.ControlEvents / tally.ControlTotal);
        return direction == RatioDirection.Increase
            ? tally.CanaryEvents >= MinimumEvents && excess >= MinimumRateDifference
            : -excess * tally.CanaryTotal >= MinimumEvents && -excess >= MinimumRateDifference;
    }
}

/// <summary>Which objects, by their labels: all parts must match.</summary>
public sealed record LabelSelector
{
    /// <summary>Matches every object.</summary>
    public static LabelSelector Everything { get; } = new();

    /// <summary>Requirements, all of which must hold. Default: none.</summary>
    public EquatableList<LabelRequirement> Requirements { get; init; } = [];

    /// <summary>Whether an object with these labels is selected.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The selector as the Kubernetes API's labelSelector parameter writes it; empty when it selects everything.</summary>
    public override string ToString() => string.Join(',', Requirements);
}

/// <summary>One requirement on a label.</summary>
/// <param name="Key">Label.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">What it is compared with; empty for Exists and DoesNotExist.</param>
public sealed record LabelRequirement(string Key, LabelOperator Operator, EquatableList<string> Values)
{
    /// <summary>Whether an object with these labels meets the requirement.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var has = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.In => has && Values.Contains(value!),
            LabelOperator.NotIn => !has || !Values.Contains(value!),
            LabelOperator.Exists => has,
            _ => !has,
        };
    }

    /// <summary>The requirement as the Kubernetes API's labelSelector parameter writes it.</summary>
    public override string ToString() => Operator switch
    {
        LabelOperator.In => $"{Key} in ({string.Join(',', Values)})",
        LabelOperator.NotIn => $"{Key} notin ({string.Join(',', Values)})",
        LabelOperator.Exists => Key,
        _ => "!" + Key,
    };
}

/// <summary>How a label is compared.</summary>
public enum LabelOperator
{
    /// <summary>The label has one of the values.</summary>
    In,

    /// <summary>The label is missing or has none of the values.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is not there.</summary>
    DoesNotExist,
}

/// <summary>A probability strictly between 0 and 1.</summary>
public readonly record struct Probability
{
    /// <summary>Makes a probability.</summary>
    /// <param name="value">Strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not strictly between 0 and 1.</exception>
    public Probability(double value)
    {
        if (!(value > 0 && value < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A probability lies strictly between 0 and 1.");
        }

        Value = value;
    }

    /// <summary>The value.</summary>
    public double Value { get; }
}
