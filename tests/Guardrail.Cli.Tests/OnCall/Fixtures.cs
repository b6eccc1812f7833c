using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.Tests.OnCall;

/// <summary>Records as the daemon writes them, and a screen to read them on.</summary>
internal static class Fixtures
{
    public static DateTimeOffset Now { get; } = new(2026, 5, 1, 3, 0, 0, TimeSpan.Zero);

    public const string Regression =
        "errors: 75 errors in 1,525 requests of 58c9 (4.92 %, 3.7 % to 6.4 %), 5 in 3,229 of 6f7d (0.15 %)";

    /// <summary>A rollout of the Deployment <paramref name="name"/> that began two minutes ago.</summary>
    public static GuardedRollout Rollout(
        string name = "checkout", RecordedPhase phase = RecordedPhase.Comparing, double nats = 1.2, long number = 4, TimeSpan? ago = null,
        WorkloadKind kind = WorkloadKind.Deployment, RecordedVerdict verdict = RecordedVerdict.Undecided) => new()
        {
            Metadata = new() { Name = $"{name}-{number}-1c9a0e37b2", Namespace = "shop", Uid = "u", CreationTimestamp = Now - (ago ?? TimeSpan.FromMinutes(2)) },
            Spec = new()
            {
                Workload = new() { Kind = kind, Name = name, Uid = "w" },
                Policy = "test",
                From = "6f7d",
                To = "58c9",
                Number = number,
                ChangedBy = "kubectl-set",
            },
            Status = new()
            {
                Phase = phase,
                Verdict = verdict,
                Reason = Regression,
                Budget = 0.001,
                StartedAt = Now - (ago ?? TimeSpan.FromMinutes(2)),
                Evidence = new() { Nats = nats, Threshold = 6.9, Summary = "", WithoutOnePod = nats - 0.5, Placebo = 0.2, RequestsNeeded = 380 },
                Signals = [Signal("errors", nats, 75, 5), Signal("latency", -0.3, 3, 6)],
                Timeline = [Decided(0, DecisionKind.Start, "from 6f7d to 58c9"), Decided(40, DecisionKind.Hold, "pacing: step 1 of 1")],
                Intents =
                [
                    new()
                    {
                        Decision = "d-Hold", Action = IntendedAction.Hold, Reason = "pacing", Uid = "w", Generation = 3, Writer = "guardrail-0",
                        At = Now - TimeSpan.FromSeconds(80), Outcome = new() { State = IntentState.Applied, At = Now - TimeSpan.FromSeconds(80) },
                    },
                ],
                Conditions = [RecordCondition.Make(RolloutConditions.RollbackReady, true, "Ready", "A rollback would lead to 6f7d.", Now)],
            },
        };

    /// <summary>One that was rolled back and is in quarantine.</summary>
    public static GuardedRollout RolledBack(string name = "checkout", TimeSpan? ended = null, TimeSpan? ago = null) => With(
        Rollout(name, RecordedPhase.Ended, 8.2, ago: ago, verdict: RecordedVerdict.Regressed),
        status => status with
        {
            Outcome = RolloutOutcome.RolledBack,
            EndedAt = Now - (ended ?? TimeSpan.FromMinutes(1)),
            Timeline = [.. status.Timeline, Decided(50, DecisionKind.RollBack, Regression), Decided(60, DecisionKind.End, "rolled back")],
            Conditions = [.. status.Conditions, RecordCondition.Make(RolloutConditions.Quarantined, true, "RolledBack", "58c9 was rolled back.", Now)],
        });

    public static GuardedRollout With(GuardedRollout record, Func<GuardedRolloutStatus, GuardedRolloutStatus> change) =>
        record with { Status = change(record.Status!) };

    public static (Screen Screen, StringWriter Out) Terminal(int? width = 160, bool unicode = true, bool colour = false)
    {
        var text = new StringWriter { NewLine = "\n" };
        return (new Screen { Out = text, Error = TextWriter.Null, Width = width, Unicode = unicode, Colour = colour }, text);
    }

    private static RecordedDecision Decided(int second, DecisionKind kind, string reason) => new()
    {
        At = Now - TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(second),
        Decision = $"d-{kind}",
        Kind = kind,
        Verdict = RecordedVerdict.Undecided,
        Reason = reason,
    };

    private static RecordedSignal Signal(string name, double nats, long canary, long control) => new()
    {
        Name = name,
        Kind = DetectorKind.Comparison,
        Nats = nats,
        Ticks = 12,
        Event = name == "errors" ? "errors" : "answers slower than 0.5 s",
        Finding = name == "errors" ? Regression : "latency: 3 answers slower than 0.5 s in 1,525 requests of 58c9 (0.2 %), 6 in 3,229 of 6f7d (0.19 %)",
        Canary = new() { Events = canary, Total = 1525, RateFrom = 0.037, RateTo = 0.064 },
        Control = new() { Events = control, Total = 3229, RateFrom = 0.0004, RateTo = 0.004 },
    };
}
