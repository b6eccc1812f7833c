using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>What speaks for (+) and against (-) the new revision, and what leaves it open (?), each in one sentence.</summary>
internal static class ArgumentText
{
    /// <summary>The arguments.</summary>
    public static IEnumerable<(char Sign, string Text)> Of(GuardedRolloutStatus status)
    {
        if (status.Evidence is not { } evidence)
        {
            yield return ('?', $"Nothing was compared yet: {status.Reason}");
            yield break;
        }

        yield return Strength(evidence);
        if (evidence is { WithoutOnePod: { } without } && evidence.Nats >= Statistics.Evidence.HoldThreshold)
        {
            yield return without >= evidence.Threshold
                ? ('-', $"It is no single pod: without the one that speaks most against it, {Words.Nats(without)} nats are left.")
                : ('?', $"Without the one pod that speaks most against it, {Words.Nats(without)} nats are left: that pod or its node may be the cause.");
        }

        if (evidence.Placebo is { } placebo && placebo >= Statistics.Evidence.HoldThreshold)
        {
            yield return ('+', $"The old revision's pods differ among themselves too ({Words.Nats(placebo)} nats), so twice the evidence is asked for.");
        }

        if (evidence.VetoedBy is { } other)
        {
            yield return ('+', $"{other} was in trouble first: this may be its trouble and not the new revision's.");
        }

        if (Of(evidence.Doubt) is { } doubt)
        {
            yield return ('?', doubt);
        }

        foreach (var signal in status.Signals.Where(s => s is { Nats: <= 0, Ticks: > 0 }))
        {
            yield return ('+', $"{signal.Finding ?? signal.Name}: nothing against it.");
        }

        // What looks at the time after the rollout has nothing to tell before.
        foreach (var signal in status.Signals.Where(s => s.Gap is not null || s is { Ticks: 0, Kind: not DetectorKind.AfterRollout }))
        {
            var name = signal.Kind == DetectorKind.Comparison ? signal.Name : $"{signal.Name} ({SignalText.Kind(signal)})";
            yield return ('?', $"{name} tells nothing: {signal.Gap?.TrimEnd('.') ?? "it was not compared yet"}.");
        }
    }

    private static (char Sign, string Text) Strength(RecordedEvidence evidence) => evidence.Nats switch
    {
        <= 0 => ('+', "All signals together say nothing against it."),
        var nats when nats >= evidence.Threshold =>
            ('-', $"{EvidenceText.Numbers(evidence)} nats: a healthy rollout shows that much in at most {Chance(nats)}. That suffices for a rollback."),
        var nats when nats >= Statistics.Evidence.HoldThreshold =>
            ('-', $"{EvidenceText.Numbers(evidence)} nats: a healthy rollout shows that much in at most {Chance(nats)}. That suffices for holding it."),
        < 1 => ('?', $"{EvidenceText.Numbers(evidence)} nats: that is next to nothing."),
        var nats => ('?', $"{EvidenceText.Numbers(evidence)} nats: a healthy rollout may well show that much ({Chance(nats)}). That suffices for nothing."),
    };

    private static string Chance(double nats) => nats > 21
        ? "1 case in a billion"
        : string.Create(CultureInfo.InvariantCulture, $"1 case in {Math.Floor(Math.Exp(nats)):N0}");

    private static string? Of(Doubt doubt) => doubt switch
    {
        Doubt.None => null,
        Doubt.OnePod => "Not acted upon: one pod or its node is bad, not the revision.",
        Doubt.PodsDiffer => "Not acted upon: the old revision's pods differ in ways that the tests take for impossible.",
        Doubt.Elsewhere => "Not acted upon: another workload was in trouble first, or at the same time.",
        Doubt.BothRevisions => "Not acted upon: both revisions are in trouble since the new one serves; it may have damaged what both use, or that has failed by itself.",
        Doubt.Alone => "Not acted upon: the whole workload lost requests, and no other is known that would tell whether everybody did.",
        _ => $"Not acted upon: {doubt}.",
    };
}
