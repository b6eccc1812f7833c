using Guardrail.Cli.Output;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>Colours of records.</summary>
internal static class RecordTone
{
    /// <summary>Colour of the phase.</summary>
    public static Tone Of(GuardedRollout record) => RecordFacts.Urgency(record) switch
    {
        >= 70 => Tone.Bad,
        >= 50 or 40 => Tone.Doubtful,
        _ when record.Status?.Outcome == RolloutOutcome.Healthy => Tone.Good,
        _ => Tone.Plain,
    };
}
