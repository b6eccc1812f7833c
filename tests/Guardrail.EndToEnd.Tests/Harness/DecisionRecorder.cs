using System.Threading.Channels;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>Keeps what the daemon decided and did, and waits for it.</summary>
internal sealed class DecisionRecorder : IDecisionListener
{
    private readonly Lock gate = new();
    private readonly List<Decision> decisions = [];
    private readonly List<(Decision Decision, ActionOutcome Outcome)> acted = [];
    private readonly List<MetricReport> reports = [];
    private readonly List<Channel<byte>> waiting = [];

    public Decision[] Decisions => Copy(decisions);

    /// <summary>Decisions without their repetitions.</summary>
    public DecisionKind[] Kinds => [.. Decisions.Where(d => !d.IsRetry).Select(d => d.Kind)];

    public (Decision Decision, ActionOutcome Outcome)[] Acts => Copy(acted);

    /// <summary>Reports in which at least one signal told counters.</summary>
    public MetricReport[] Told => [.. Copy(reports).Where(r => r.Signals.Any(s => s is SignalReport.Counters))];

    public MetricReport[] Reports => Copy(reports);

    public void Decided(Decision decision) => Note(decisions, decision);

    public void Acted(Decision decision, ActionReport report) => Note(acted, (decision, report.Outcome));

    public void Observed(Fleet fleet, MetricReport report) => Note(reports, report);

    /// <summary>Waits for the first decision of a kind.</summary>
    public async Task<Decision> UntilAsync(DecisionKind kind, CancellationToken cancellationToken)
    {
        await UntilAsync(() => Decisions.Any(d => d.Kind == kind), $"a decision of kind {kind}", cancellationToken);
        return Decisions.First(d => d.Kind == kind);
    }

    /// <summary>Waits for the first decision that fits.</summary>
    public async Task<Decision> UntilAsync(Func<Decision, bool> fits, string what, CancellationToken cancellationToken)
    {
        await UntilAsync(() => Decisions.Any(fits), what, cancellationToken);
        return Decisions.First(fits);
    }

    /// <summary>Waits until an action of a kind has been carried out.</summary>
    public Task UntilAppliedAsync(DecisionKind kind, CancellationToken cancellationToken) => UntilAsync(
        () => Acts.Any(a => a.Decision.Kind == kind && a.Outcome is ActionOutcome.Applied), $"{kind} being carried out", cancellationToken);

    /// <summary>Waits until so many more reports with counters have been taken over.</summary>
    public Task UntilToldAsync(int more, CancellationToken cancellationToken)
    {
        var goal = Told.Length + more;
        return UntilAsync(() => Told.Length >= goal, $"{more} more reports with counters", cancellationToken);
    }

    /// <summary>Waits until something holds, looking again whenever the daemon tells something.</summary>
    public async Task UntilAsync(Func<bool> condition, string what, CancellationToken cancellationToken)
    {
        var told = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        lock (gate)
        {
            waiting.Add(told);
        }

        try
        {
            while (!condition())
            {
                await told.Reader.ReadAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Waited in vain for {what}; so far:\n{this}");
        }
        finally
        {
            lock (gate)
            {
                waiting.Remove(told);
            }
        }
    }

    public override string ToString() => string.Join('\n', Decisions.Select(d => $"{d.At:HH:mm:ss.fff} {d.Kind} {d.Verdict.Name}: {d.Reason}")
        .Concat(Acts.Select(a => $"{a.Decision.Kind} -> {a.Outcome}"))
        .Append($"{Reports.Length} reports, {Told.Length} with counters; last: {string.Join(", ", Reports.LastOrDefault()?.Signals.Select(s => s is SignalReport.NoEvidence none ? none.Reason : s.Signal.Name) ?? [])}"));

    private void Note<T>(List<T> list, T item)
    {
        lock (gate)
        {
            list.Add(item);
            foreach (var one in waiting)
            {
                one.Writer.TryWrite(0);
            }
        }
    }

    private T[] Copy<T>(List<T> list)
    {
        lock (gate)
        {
            return [.. list];
        }
    }
}
