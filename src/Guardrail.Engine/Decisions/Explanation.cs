using System.Globalization;
using System.Text;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Decisions;

/// <summary>Says in counts what the evidence is. Words are made only when somebody asks for them.</summary>
internal static class Explanation
{
    /// <summary>Evidence from which a way of looking that is no signal of the policy is worth a word.</summary>
    private static readonly double WorthAWord = Math.Log(2);

    /// <summary>Puts an assessment into words.</summary>
    public static Verdict Of(
        in Assessment assessment, GuardPolicy policy, double budget, RolloutId rollout, EvidenceBook? evidence, WorkloadView? view = null)
    {
        var log = assessment.LogEvidence;
        return assessment.Belief switch
        {
            Belief.NoEvidence => new Verdict.NoEvidence(assessment.Cause!),
            Belief.Regressed when assessment.Cause is { } cause => new Verdict.Regressed(cause, "lifecycle"),
            Belief.Regressed => OfRegression(policy, budget, rollout, evidence!.StrongestOf(policy.Effect), log),
            Belief.Healthy => new Verdict.Healthy(OfComparison(rollout, evidence!, log)),
            _ => new Verdict.Undecided(
                OfDoubt(assessment.Doubt, policy, rollout, evidence!, view) + OfLooks(assessment, rollout)
                + OfComparison(rollout, evidence!, log) + OfNeed(budget, rollout, evidence!)),
        };
    }

    /// <summary>Why a revision is held to be bad.</summary>
    private static Verdict.Regressed OfRegression(GuardPolicy policy, double budget, RolloutId rollout, Detector detector, double log)
    {
        var index = detector.StrongestOf(policy.Effect);
        var threshold = Statistics.Evidence.RollbackThreshold(budget);
        var text = new StringBuilder(Finding.Of(detector, index, Finding.Telling(detector, index), rollout)).Append("; ");
        if (detector.Kind == DetectorKind.Comparison)
        {
            var tally = Finding.Telling(detector, index);
            var what = Finding.What(detector, index);
            text.Append(CultureInfo.InvariantCulture, $"{tally.CanaryEvents:N0} of {tally.CanaryEvents + tally.ControlEvents:N0} {what} came from ");
            text.Append(CultureInfo.InvariantCulture, $"{Finding.Percent(tally.CanaryTotal, tally.CanaryTotal + tally.ControlTotal)} of the traffic; ");
        }

        text.Append(CultureInfo.InvariantCulture, $"by chance that happens less than once in {Odds(log)} healthy rollouts, allowed is once in {Odds(threshold)}");
        return new(text.ToString(), Finding.Name(detector));
    }

    /// <summary>What has been compared so far.</summary>
    private static string OfComparison(RolloutId rollout, EvidenceBook evidence, double log)
    {
        var text = new StringBuilder();
        foreach (var detector in evidence.Detectors)
        {
            var after = detector.Kind == DetectorKind.AfterRollout && evidence.TicksCompared == 0 && detector.Ticks > 0;
            if (detector.Kind == DetectorKind.Comparison || after || detector.LogEvidence >= WorthAWord)
            {
                var index = detector.StrongestOf(null);
                text.Append(Finding.Of(detector, index, detector.Totals.All(index), rollout)).Append("; ");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"evidence {log:0.0} nats");
        return text.ToString();
    }

    private static string OfDoubt(Doubt doubt, GuardPolicy policy, RolloutId rollout, EvidenceBook evidence, WorkloadView? view) => doubt switch
    {
        Doubt.OnePod =>
            $"one pod of {rollout.To} is bad, not the revision: without {Named(evidence.Suspect(policy.Effect), view)} the evidence does not suffice; look at the pod and its node; ",
        Doubt.PodsDiffer =>
            $"pods of {rollout.From} differ among themselves more than the tests allow for, so that twice the evidence is asked for; a person should look; ",
        Doubt.Elsewhere => $"{evidence.VetoedBy} was in trouble first or at the same time, or its own rollout may as well be the cause, so that it is not laid at this rollout's door; ",
        Doubt.BothRevisions when evidence.Shared is { } shared => string.Create(
            CultureInfo.InvariantCulture,
            $"{rollout.From} is in trouble as well since {rollout.To} serves ({shared.Signal}: {shared.Events:N0} bad of {Quantity.Of(shared.Requests, "requests")}, {Finding.Percent(shared.Events, shared.Requests)}, where {100 * shared.UsualRate:0.##} % was usual), and {(shared.Elsewhere is { } other ? $"{other} was first or at the same time" : "nobody else was before")}; whether the rollout did it, to a database for instance, a person must judge; "),
        Doubt.Alone =>
            $"{rollout.Workload} has lost a part of its requests, and no other workload is guarded whose requests would tell whether everybody did; a person should look; ",
        _ => string.Empty,
    };

    private static string OfLooks(in Assessment assessment, RolloutId rollout) => assessment switch
    {
        { Doubt: not Doubt.None } => string.Empty,
        { LooksWorse: true } => $"{rollout.To} looks worse than chance makes it, but what was seen does not suffice to take it back; ",
        { InTrouble: true } => $"{rollout.Workload} serves more errors than usual, by whichever revision, so that {rollout.To} is not called healthy; ",
        _ => string.Empty,
    };

    private static string Named(PodId? pod, WorkloadView? view)
    {
        foreach (var seen in view?.Pods ?? [])
        {
            if (seen.Id == pod && seen.Node is { } node)
            {
                return $"{seen.Id.Name} ({node})";
            }
        }

        return pod?.Name ?? "it";
    }

    private static string OfNeed(double budget, RolloutId rollout, EvidenceBook evidence)
    {
        var needed = Finding.RequestsNeeded(evidence, budget);
        return needed is { } requests
            ? string.Create(
                CultureInfo.InvariantCulture, $"; if it goes on like this, about {Rounded(requests):N0} more requests of {rollout.To} decide")
            : string.Empty;
    }

    /// <summary>Two digits are all that an estimate has.</summary>
    private static double Rounded(double requests)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(requests, 1))) - 1));
        return Math.Ceiling(requests / unit) * unit;
    }

    private static string Odds(double log) =>
        log > 27 ? "a trillion" : Math.Exp(log).ToString("N0", CultureInfo.InvariantCulture);
}
