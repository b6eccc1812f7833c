using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>What the daemon lives on, and whether it comes: the cluster, the metrics signal by signal, records, policies.</summary>
internal static class SourceTable
{
    /// <summary>How long a failed read is told after it.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromMinutes(5);

    private static readonly StatusTable.Column[] Columns = [new("Part"), new("State"), new("Last read"), new("More", IsProse: true)];

    /// <summary>The table.</summary>
    public static Markup Of(StatusView view) => StatusTable.Of(Columns, Parts(view).Concat(view.Signals.Select(s => Signal(s, view.Now))));

    private static IEnumerable<Markup[]> Parts(StatusView view)
    {
        foreach (var part in view.Parts)
        {
            var more = part.Problem ?? part.Remark ?? (part.Name == "metrics" ? view.Facts.Source : null);
            yield return [Markup.Text(part.Name), State(part.Problem is null), Markup.Nothing, Markup.Text(more)];
        }

        if (view.Fleet is not null && !view.Parts.Any(p => p.Name == "records"))
        {
            yield return
            [
                Markup.Text("records"), StatusParts.Badge(view.Facts.KeepsRecords ? "idle" : "off", PageTone.Plain), Markup.Nothing,
                Markup.Text(view.Facts.KeepsRecords ? "Nothing had to be recorded yet." : "Decisions stand in the log and on the workloads only; a restart compares anew."),
            ];
        }
    }

    private static Markup[] Signal(SignalReading signal, DateTimeOffset now)
    {
        var fails = signal.FailedAt is { } failed && !(signal.ReadAt > failed);
        List<string> more = [];
        if (signal.ReadAt is not null)
        {
            more.Add($"{StatusParts.Count(signal.Pods, "pod", "pods")} read{(signal.Unread > 0 ? $", {signal.Unread} not ({signal.UnreadReason})" : "")}");
        }

        if (signal is { FailedAt: { } at, Failure: { } reason } && (fails || now - at < Told))
        {
            more.Add($"told nothing {StatusParts.Ago(at, now)}: {reason}");
        }

        return
        [
            Markup.Of($"signal {signal.Signal.Name}"),
            State(!fails),
            signal.ReadAt is { } read ? StatusParts.Age(read, now) : Markup.Text("never"),
            Markup.Text(string.Join("; ", more)),
        ];
    }

    private static Markup State(bool isWell) => isWell ? StatusParts.Badge("ok", PageTone.Good) : StatusParts.Badge("not ready", PageTone.Bad);
}
