using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// Goes on where an earlier process stopped: takes rollouts up from their checkpoints, and, once the cluster has shown the workloads, finishes open
/// intents or records what became of them.
/// </summary>
internal sealed partial class RecordResumption(IRolloutJournal journal, ILogger<RecordResumption> logger)
{
    /// <summary>Age from which an intent is not carried out any more: what it rested on may have changed. It is decided anew.</summary>
    private static readonly TimeSpan TooOld = TimeSpan.FromMinutes(10);

    private readonly List<OpenRecord> open = [];

    /// <summary>Reads the open records and restores their rollouts. Before the first message of the feed.</summary>
    public async Task BeginAsync(Fleet fleet, ImmutableArray<GuardPolicy> policies, CancellationToken cancellationToken)
    {
        var loaded = await journal.LoadAsync(policies.Select(p => p.Namespace).ToHashSet(StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        open.AddRange(loaded.Open);
        fleet.Safety.Restore(loaded.Rollbacks);
        foreach (var record in open.OrderByDescending(r => r.At))
        {
            if (record.Snapshot is not null)
            {
                Restore(fleet, record, record.Snapshot);
            }
        }
    }

    /// <summary>Looks at every open record, once.</summary>
    /// <returns>Decisions of the process before whose actions are to be finished.</returns>
    public IReadOnlyList<Decision> Finish(Fleet fleet, DateTimeOffset now)
    {
        var decisions = new List<Decision>();
        foreach (var record in open)
        {
            var guarded = fleet.Find(record.File.Rollout.Workload);
            if (guarded is not { IsChanging: true } || guarded.RolloutId != record.File.Rollout || guarded.View.Uid != record.File.Uid)
            {
                // The fleet has told the end of one that was restored; any other nobody watches.
                if (record.File.Status.IsOpen() || record.File.Status.Intents.Any(i => i.Outcome is null))
                {
                    journal.Close(record, guarded?.View);
                }

                continue;
            }

            var mayAct = guarded.Policy.Autonomy is Autonomy.Veto or Autonomy.Enforce;
            foreach (var intent in record.File.Status.Intents.Where(i => i.Outcome is null && !IsAskedFor(record, i, now)))
            {
                if (mayAct && now - intent.At < TooOld)
                {
                    LogFinishing(intent.Action, intent.Decision, record.File.Rollout);
                    decisions.Add(Again(intent, record.File.Rollout, now));
                }
                else
                {
                    LogAbandoned(intent.Action, intent.Decision, record.File.Rollout);
                    var why = mayAct ? $"Found interrupted after {(now - intent.At).TotalMinutes:0} min; decided anew." : "The policy no longer lets Guardrail act.";
                    record.File.Edit(status => status.Settled(
                        intent.Decision, new() { State = IntentState.Abandoned, Message = why, At = now }));
                }
            }
        }

        open.Clear();
        return decisions;
    }

    /// <summary>Whether a person still waits for it: <see cref="PersonRequests"/> carries it out and answers, once.</summary>
    private static bool IsAskedFor(OpenRecord record, Intent intent, DateTimeOffset now) => record.File.Stored is { } stored
        && RequestPatch.IsUnanswered(stored, intent.Decision) && RequestAge.WhyDropped(stored, now) is null;

    private void Restore(Fleet fleet, OpenRecord record, GuardSnapshot snapshot)
    {
        try
        {
            if (fleet.Restore(snapshot, record.At))
            {
                LogResumed(record.File.Rollout, record.At);
            }
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            LogNotResumed(fault, record.File.Rollout);
        }
    }

    private static Decision Again(Intent intent, RolloutId rollout, DateTimeOffset now) => new()
    {
        Id = new(intent.Decision),
        Rollout = rollout,
        Uid = intent.Uid,
        At = now,
        Kind = Enum.Parse<DecisionKind>(intent.Action.ToString()),
        Verdict = new Verdict.Undecided(intent.Reason),
        Reason = intent.Reason,
        Action = intent.ToAction(rollout),
        IsRetry = true,
    };

    [LoggerMessage(65, LogLevel.Information, "Took up {Rollout} from its checkpoint of {At:HH:mm:ss}")]
    private partial void LogResumed(RolloutId rollout, DateTimeOffset at);

    [LoggerMessage(66, LogLevel.Warning, "The checkpoint of {Rollout} does not fit; its comparison begins anew")]
    private partial void LogNotResumed(Exception fault, RolloutId rollout);

    [LoggerMessage(67, LogLevel.Information, "Finishing the {Action} {Decision} of {Rollout}, which was interrupted")]
    private partial void LogFinishing(IntendedAction action, string decision, RolloutId rollout);

    [LoggerMessage(68, LogLevel.Warning, "Giving up the {Action} {Decision} of {Rollout}, which was interrupted")]
    private partial void LogAbandoned(IntendedAction action, string decision, RolloutId rollout);
}
