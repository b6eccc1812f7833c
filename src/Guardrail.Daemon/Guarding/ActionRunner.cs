using System.Collections.Concurrent;
using System.Threading.Channels;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// Carries decisions out: the changes of one workload one after the other, those of different workloads side by side, so that a slow write
/// for one never delays another. The loop learns of every outcome. Where records are kept, the intent stands there before the workload is touched.
/// </summary>
internal sealed partial class ActionRunner(
    IActuator actuator, TimeProvider time, ILogger<ActionRunner> logger, IRolloutJournal? journal = null, IEnumerable<IDecisionListener>? listeners = null)
{
    /// <summary>
    /// Longest a single write may take, two reads before it included, on an API server that takes 5 s for each; after it the outcome is unknown and the
    /// workload is looked at again.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<WorkloadId, Task> last = new();
    private readonly BesideAction beside = new(actuator, time, logger);
    private readonly IRolloutJournal journal = journal ?? new NoJournal();
    private readonly IActingObserver[] observers = [.. (listeners ?? []).OfType<IActingObserver>()];
    private readonly TaskCompletionSource died = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Fails when an observer of the steps threw; until then it does not complete.</summary>
    public Task Death => died.Task;

    /// <summary>Carries out a decision, and tells it on the workload.</summary>
    public void Begin(Decision decision, ChannelWriter<GuardMessage> into, CancellationToken cancellationToken)
    {
        var workload = decision.Rollout.Workload;
        var task = last.AddOrUpdate(
            workload,
            _ => RunAsync(Task.CompletedTask, decision, into, cancellationToken),
            (_, before) => RunAsync(before, decision, into, cancellationToken));

        // Names come and go: what is done leaves nothing behind.
        _ = task.ContinueWith(
            done => last.TryRemove(KeyValuePair.Create(workload, done)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Completes when everything begun so far is done.</summary>
    public Task DrainAsync() => Task.WhenAll(last.Values);

    private async Task RunAsync(Task before, Decision decision, ChannelWriter<GuardMessage> into, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await before.ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested || died.Task.IsCompleted)
        {
            return;
        }

        try
        {
            await ActAsync(decision, into, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (died.Task.IsFaulted)
        {
            LogDied(fault, decision.Id);
            return;
        }
        catch (Exception fault)
        {
            // Never silently: the next action of the workload waits for this one, and the engine for its answer. Of a second answer it takes no note.
            LogThrew(fault, decision.Rollout.Workload, decision.Id);
            await AnswerAsync(decision, new ActionOutcome.Failed($"unexpected: {fault.Message}"), into).ConfigureAwait(false);
        }

        if (!decision.IsRetry && Announcements.Of(decision) is { } announcement)
        {
            await beside.AnnounceAsync(announcement).ConfigureAwait(false);
        }
    }

    private async Task ActAsync(Decision decision, ChannelWriter<GuardMessage> into, CancellationToken cancellationToken)
    {
        if (decision.Action is not { } action)
        {
            return;
        }

        Reach(ActingStep.BeforeIntent, decision);
        var obstacle = await journal.IntendAsync(decision, cancellationToken).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            // Intended and not begun: the next process finishes it.
            return;
        }

        ActionOutcome outcome;
        var prepared = Preparation.Nothing;
        if (obstacle is null)
        {
            Reach(ActingStep.AfterIntent, decision);
            if (action.NeedsPreparation)
            {
                Reach(ActingStep.BeforeConfiguration, decision);
                prepared = await beside.PrepareAsync(action).ConfigureAwait(false);
                Reach(ActingStep.AfterConfiguration, decision);
            }

            Reach(ActingStep.BeforePatch, decision);
            outcome = await ApplyAsync(action).ConfigureAwait(false) with { Note = prepared.Note };
            Reach(ActingStep.AfterPatch, decision);
        }
        else
        {
            outcome = new ActionOutcome.Failed(obstacle);
        }

        await AnswerAsync(decision, outcome, into).ConfigureAwait(false);
        if (obstacle is null)
        {
            Reach(ActingStep.BeforeOutcome, decision);
            await journal.SettleAsync(decision, outcome).ConfigureAwait(false);
            Reach(ActingStep.AfterOutcome, decision);
        }

        if (outcome is ActionOutcome.Applied or ActionOutcome.AlreadyDone && Announcements.Of(action, prepared) is { } told)
        {
            await beside.AnnounceAsync(told).ConfigureAwait(false);
        }
    }

    private async ValueTask AnswerAsync(Decision decision, ActionOutcome outcome, ChannelWriter<GuardMessage> into)
    {
        if (decision.Action is { } action)
        {
            var report = new ActionReport(time.GetUtcNow(), action.Workload, action.Decision, outcome);
            await into.WriteAsync(new GuardMessage.Action(report), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Reach(ActingStep step, Decision decision)
    {
        try
        {
            foreach (var observer in observers)
            {
                observer.Reached(step, decision);
            }
        }
        catch (Exception fault)
        {
            journal.Abandon();
            died.TrySetException(fault);
            throw;
        }
    }

    /// <summary>Not cancelled when the daemon stops: a write that has begun is finished, so that its outcome is known.</summary>
    private async Task<ActionOutcome> ApplyAsync(WorkloadAction action)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            return await actuator.ApplyAsync(action, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new ActionOutcome.Failed($"no answer within {Limit.TotalSeconds:0} s");
        }
        catch (Exception fault)
        {
            LogThrew(fault, action.Workload, action.Decision);
            return new ActionOutcome.Failed(fault.Message);
        }
    }

    [LoggerMessage(10, LogLevel.Error, "Carrying out {Decision} on {Workload} threw")]
    private partial void LogThrew(Exception fault, WorkloadId workload, DecisionId decision);

    [LoggerMessage(12, LogLevel.Critical, "Died while carrying out {Decision}")]
    private partial void LogDied(Exception fault, DecisionId decision);
}
