using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>Evidence in a table: a bar and two numbers.</summary>
internal static class EvidenceText
{
    private const int BarWidth = 6;

    /// <summary>A bar that is full at the threshold, and <c>8.2 of 6.9 nats</c>; a dash before both revisions were compared.</summary>
    public static string Of(RecordedEvidence? evidence, bool unicode, string unit = " nats") => evidence is null
        ? "-"
        : $"{Bar(evidence.Nats / evidence.Threshold, unicode)} {Numbers(evidence)}{unit}";

    /// <summary>The numbers alone: <c>8.2 of 6.9</c>.</summary>
    public static string Numbers(RecordedEvidence evidence) => $"{Words.Nats(evidence.Nats)} of {Words.Nats(evidence.Threshold)}";

    /// <summary>Colour of the evidence.</summary>
    public static Tone Tone(RecordedEvidence? evidence) => evidence switch
    {
        null => Output.Tone.Plain,
        _ when evidence.Nats >= evidence.Threshold => Output.Tone.Bad,
        _ when evidence.Nats >= Statistics.Evidence.HoldThreshold => Output.Tone.Doubtful,
        _ => Output.Tone.Good,
    };

    private static string Bar(double share, bool unicode)
    {
        var filled = double.IsFinite(share) ? (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth) : 0;
        return unicode
            ? new string('█', filled) + new string('░', BarWidth - filled)
            : "[" + new string('#', filled) + new string('.', BarWidth - filled) + "]";
    }
}
