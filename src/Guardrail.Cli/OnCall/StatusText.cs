using Guardrail.Cli.Output;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Cli.OnCall;

/// <summary>Writes a status for people.</summary>
internal static class StatusText
{
    /// <summary>Columns from which tables show all they have: 100.</summary>
    public const int Roomy = 100;

    private const int MostUnready = 10;

    /// <summary>Writes it.</summary>
    /// <param name="report">The status.</param>
    /// <param name="namespace">The namespace looked at; null for all.</param>
    /// <param name="screen">Where.</param>
    public static void Write(StatusReport report, string? @namespace, Screen screen)
    {
        if (report.Rollouts.IsEmpty)
        {
            screen.Out.WriteLine($"No rollout is being watched {Place(@namespace)}, and none ended within the last hour.");
        }
        else
        {
            Table(report, @namespace is null, screen);
            Hint(report, screen);
        }

        WritePolicies(report, screen);
    }

    /// <summary>Where was looked.</summary>
    public static string Place(string? @namespace) => @namespace is null ? "in any namespace" : $"in the namespace {@namespace}";

    private static void Table(StatusReport report, bool withNamespace, Screen screen)
    {
        // A narrow terminal names the unit once.
        var narrow = screen.Width < Roomy;
        var table = new TextTable("WORKLOAD", "PHASE", "VERDICT", narrow ? "EVIDENCE, NATS" : "EVIDENCE", "AGE", "REASON");
        foreach (var record in report.Rollouts)
        {
            table.Add(
                (RecordFacts.Workload(record, withNamespace), Tone.Plain),
                (RecordFacts.Phase(record), RecordTone.Of(record)),
                (record.Status?.Verdict.ToString() ?? "-", Tone.Plain),
                (EvidenceText.Of(record.Status?.Evidence, screen.Unicode, narrow ? "" : " nats"), EvidenceText.Tone(record.Status?.Evidence)),
                (Words.Duration(report.Now - RecordFacts.Began(record)), Tone.Plain),
                (RecordFacts.Reason(record), Tone.Plain));
        }

        table.Write(screen);
    }

    /// <summary>What to type next about the most urgent one, if it is urgent.</summary>
    private static void Hint(StatusReport report, Screen screen)
    {
        var first = report.Rollouts[0];
        if (RecordFacts.Urgency(first) >= 40 && (first.Status?.Outcome is null or RolloutOutcome.RolledBack))
        {
            var kind = first.Spec.Workload.Kind.ToString().ToLowerInvariant();
            screen.Out.WriteLine();
            screen.Out.WriteLine(screen.Paint(
                $"The whole story: {InvokedAs.Current} explain {kind}/{first.Spec.Workload.Name} -n {first.Metadata.Namespace}", Tone.Faint));
        }
    }

    private static void WritePolicies(StatusReport report, Screen screen)
    {
        if (report.Policies is not { Count: > 0 } policies)
        {
            return;
        }

        var (guarded, ready) = report.Guarded;
        screen.Out.WriteLine();
        screen.Out.WriteLine(
            $"{policies.Count} {(policies.Count == 1 ? "policy guards" : "policies guard")} {guarded} {(guarded == 1 ? "workload" : "workloads")}"
            + $"{(guarded == 0 ? "" : $"; {ready} of {guarded} could be rolled back now")}.");
        foreach (var workload in report.Unready.Take(MostUnready))
        {
            TextLayout.Write(screen, "  ", $"{workload.Name}: {screen.Clean(workload.Message)}", 4);
        }

        if (report.Unready.Count() is > MostUnready and var all)
        {
            screen.Out.WriteLine($"  and {all - MostUnready} more; --output json tells all.");
        }

        foreach (var (name, message) in report.NotReady)
        {
            TextLayout.Write(screen, screen.Paint("Not ready: ", Tone.Bad), $"policy {name}: {screen.Clean(message)}", "Not ready: ".Length);
        }
    }
}
