using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
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

    /// <summary>Age from which a record that a daemon describes every few seconds is told to be old: 1 min.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(1);

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
            Age(report, screen);
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

    /// <summary>Which rollouts nobody looks at: what is shown of them is old.</summary>
    private static void Age(StatusReport report, Screen screen)
    {
        var old = report.Rollouts.Where(r => r.Status is { Outcome: null, AsOf: { } seen } && report.Now - seen >= Old).ToArray();
        if (old.Length == 0)
        {
            return;
        }

        screen.Out.WriteLine();
        foreach (var record in old.Take(MostUnready))
        {
            TextLayout.Write(
                screen, "",
                $"{RecordFacts.Workload(record, withNamespace: true)} is shown as it was {Words.Duration(report.Now - record.Status!.AsOf!.Value)} ago: nobody has looked at it since. "
                + "Does a daemon run that guards it?", 2);
        }
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
            $"{Quantity.Of(policies.Count, "policies guard", "policy guards")} {Quantity.Of(guarded, "workloads")}"
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

        foreach (var (name, message) in report.Limited)
        {
            TextLayout.Write(screen, screen.Paint("Limited: ", Tone.Doubtful), $"policy {name}: {screen.Clean(message)}", "Limited: ".Length);
        }
    }
}
