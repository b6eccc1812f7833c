using System.Globalization;
using System.Text;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Decisions;

/// <summary>Says in counts what the evidence is.</summary>
internal static class Explanation
{
    /// <summary>Puts an assessment into words.</summary>
    public static Verdict Of(in Assessment assessment, GuardPolicy policy, RolloutId rollout, EvidenceBook? evidence)
    {
        var log = assessment.LogEvidence;
        return assessment.Belief switch
        {
            Belief.NoEvidence => new Verdict.NoEvidence(assessment.Cause!),
            Belief.Regressed when assessment.Cause is { } cause => new Verdict.Regressed(cause, "lifecycle"),
            Belief.Regressed => OfRegression(policy, rollout, evidence!.StrongestOf(policy.Effect), log),
            Belief.Healthy => new Verdict.Healthy(OfComparison(rollout, evidence!, log)),
            _ => new Verdict.Undecided(OfComparison(rollout, evidence!, log)),
        };
    }

    /// <summary>Why a revision is held to be bad.</summary>
    private static Verdict.Regressed OfRegression(GuardPolicy policy, RolloutId rollout, SignalDetector detector, double log)
    {
        var index = detector.StrongestOf(policy.Effect);
        var threshold = Statistics.Evidence.RollbackThreshold(policy.FalseRollbackBudget.Value);
        var tally = Telling(detector.Totals, index);
        var what = What(detector, index);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{detector.Signal.Id}: {Arms(rollout, tally, what)}; ");
        var events = tally.CanaryEvents + tally.ControlEvents;
        text.Append(CultureInfo.InvariantCulture, $"{tally.CanaryEvents:N0} of {events:N0} {what} came from ");
        text.Append(CultureInfo.InvariantCulture, $"{Percent(tally.CanaryTotal, tally.CanaryTotal + tally.ControlTotal)} of the traffic; ");
        text.Append(CultureInfo.InvariantCulture, $"by chance that happens less than once in {Odds(log)} healthy rollouts, allowed is once in {Odds(threshold)}");
        return new(text.ToString(), detector.Signal.Id.Name);
    }

    /// <summary>What has been compared so far.</summary>
    private static string OfComparison(RolloutId rollout, EvidenceBook evidence, double log)
    {
        var text = new StringBuilder();
        foreach (var detector in evidence.Detectors)
        {
            var index = detector.StrongestEvent;
            var all = detector.Totals.All(index);
            text.Append(CultureInfo.InvariantCulture, $"{detector.Signal.Id}: ");
            text.Append(all is { CanaryTotal: 0 } or { ControlTotal: 0 } ? "not compared yet" : Arms(rollout, all, What(detector, index))).Append("; ");
        }

        text.Append(CultureInfo.InvariantCulture, $"evidence {log:0.0} nats");
        return text.ToString();
    }

    /// <summary>The whole comparison, or only its newest minute when the difference is much plainer there.</summary>
    private static TwoArmTally Telling(ArmTotals totals, int index)
    {
        var all = totals.All(index);
        var recent = totals.Recent(index);
        return Share(recent) > 1.5 * Share(all) ? recent : all;

        static double Share(in TwoArmTally t) => t.CanaryTotal == 0 ? 0 : (double)t.CanaryEvents / t.CanaryTotal;
    }

    private static string Arms(RolloutId rollout, in TwoArmTally tally, string what) => string.Create(
        CultureInfo.InvariantCulture,
        $"{tally.CanaryEvents:N0} {what} in {tally.CanaryTotal:N0} requests of {rollout.To} ({Percent(tally.CanaryEvents, tally.CanaryTotal)}), {tally.ControlEvents:N0} in {tally.ControlTotal:N0} of {rollout.From} ({Percent(tally.ControlEvents, tally.ControlTotal)})");

    internal static string What(SignalDetector detector, int index) => detector.Signal switch
    {
        SignalDefinition.Latency when !detector.Parameters.Edges.IsDefaultOrEmpty =>
            string.Create(CultureInfo.InvariantCulture, $"answers slower than {detector.Parameters.Edges[index]:0.###} s"),
        _ => "errors",
    };

    private static string Percent(long part, long whole) =>
        whole == 0 ? "no requests" : ((double)part / whole * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Odds(double log) =>
        log > 27 ? "a trillion" : Math.Exp(log).ToString("N0", CultureInfo.InvariantCulture);
}
