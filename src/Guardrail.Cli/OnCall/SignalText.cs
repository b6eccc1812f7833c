using Guardrail.Cli.Output;
using Guardrail.Daemon.Status;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Cli.OnCall;

/// <summary>Writes what each signal counted on both revisions.</summary>
internal static class SignalText
{
    /// <summary>Writes a table of the signals, the strongest first, and what each found.</summary>
    public static void Write(GuardedRollout record, Screen screen)
    {
        RecordedSignal[] signals = [.. record.Status!.Signals.Where(s => s.Ticks > 0 || s.Gap is not null).OrderByDescending(s => s.Nats)];
        foreach (var (signal, place) in signals.Select((s, i) => (s, i)))
        {
            var strongest = place == 0 && signal.Nats > 0 ? ", the strongest signal" : "";
            var title = $"{signal.Name} ({RecordWords.Of(signal)}): {Words.Nats(signal.Nats)} nats after {Quantity.Of(signal.Ticks, "ticks")}{strongest}";
            TextLayout.Write(screen, "  ", screen.Clean(title), 4);
            if (signal.Gap is { } gap)
            {
                TextLayout.Write(screen, "    ", screen.Paint($"tells nothing now: {screen.Clean(gap)}", Tone.Doubtful), 6);
            }

            if (signal.Ticks == 0)
            {
                continue;
            }

            if (signal.Kind is DetectorKind.Comparison)
            {
                Arm(screen, "new", record.Spec.To, signal.Event, signal.Canary);
                Arm(screen, "old", record.Spec.From, signal.Event, signal.Control);
            }
            else if (signal.Finding is { } finding)
            {
                TextLayout.Write(screen, "    ", screen.Clean(finding), 6);
            }
        }
    }

    private static void Arm(Screen screen, string which, string revision, string what, RecordedArm arm)
    {
        var rate = arm.Total == 0 ? "no requests" : Words.Percent((double)arm.Events / arm.Total);
        var interval = arm is { RateFrom: { } low, RateTo: { } high } ? $" (95 %: {Words.Percent(low)} to {Words.Percent(high)})" : "";
        var counts = arm.Total == 0 ? "" : $"{Quantity.Of(arm.Events, what)} in {Quantity.Of(arm.Total, "requests")}, ";
        TextLayout.Write(screen, "    ", screen.Clean($"{which} {revision}: {counts}{rate}{interval}"), 8);
    }
}
