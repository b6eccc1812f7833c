using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Contest;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Watching;
using Guardrail.Kubernetes.Workloads;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// Carries out what people ask for in <c>spec.request</c> of a record, once, and answers in <c>status.request</c>. Whatever the policy's autonomy: it
/// bounds what Guardrail does by itself.
/// </summary>
internal sealed partial class PersonRequests(
    RecordStore store, IActuator actuator, TimeProvider time, string writer, ILogger<PersonRequests> logger, SourceSuspender? sources = null)
{
    private const int Attempts = 6;
    private readonly Lock gate = new();
    private readonly Dictionary<string, (CancellationTokenSource Ending, Task Watch)> watches = [];
    private readonly BesideAction beside = new(actuator, time, logger);
    private ImmutableArray<GuardPolicy> inForce = [];

    /// <summary>Follows the records of the policies' namespaces, and no others, from now on.</summary>
    public void Follow(ImmutableArray<GuardPolicy> policies, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            inForce = policies;
            var wanted = policies.Select(p => p.Namespace).ToHashSet(StringComparer.Ordinal);
            foreach (var left in watches.Keys.Where(ns => !wanted.Contains(ns)).ToList())
            {
                watches.Remove(left, out var watch);
                watch.Ending.Cancel();
                watch.Ending.Dispose();
            }

            foreach (var ns in wanted.Where(ns => !watches.ContainsKey(ns)))
            {
                var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                watches.Add(ns, (ending, Task.Run(() => FollowAsync(ns, ending.Token), CancellationToken.None)));
            }
        }
    }

    /// <summary>Completes when the requests under way are done; after the token of <see cref="Follow"/> was cancelled.</summary>
    public Task DrainAsync()
    {
        lock (gate)
        {
            return Task.WhenAll(watches.Values.Select(w => w.Watch));
        }
    }

    private async Task FollowAsync(string ns, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in store.Watch(ns).WatchAsync(cancellationToken).ConfigureAwait(false))
            {
                ImmutableArray<GuardedRollout> records = change switch
                {
                    ResourceChange<GuardedRollout>.Snapshot snapshot => snapshot.Items,
                    ResourceChange<GuardedRollout>.Changed changed => [changed.Item],
                    _ => [],
                };
                foreach (var record in records.Where(r => r.Spec.Request is { } request && r.Status?.Request?.Id != request.Id))
                {
                    await HandleAsync(record, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The daemon stops, or no policy is left in the namespace.
        }
        catch (Exception fault)
        {
            LogBroke(fault, ns);
        }
    }

    private async Task HandleAsync(GuardedRollout seen, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Read anew: the watch may lag behind an answer that was written already.
                if (await store.ReadAsync(seen.Metadata.Namespace, seen.Metadata.Name, cancellationToken).ConfigureAwait(false) is { } record
                    && record.Spec.Request is { } request && record.Status?.Request?.Id != request.Id)
                {
                    using var file = new RecordFile(store, time, record, isGuest: true);
                    var (state, message) = RequestAge.WhyDropped(record, time.GetUtcNow()) is { } dropped
                        ? (RequestState.Refused, dropped)
                        : await CarryOutAsync(record, file, cancellationToken).ConfigureAwait(false);
                    await AnswerAsync(file, request, state, message, cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
            {
                LogFailed(seen.Spec.Request!.Action, seen.Metadata.Name, attempt, ApiFaults.Describe(fault, RecordStore.RequestLimit));
                if (attempt == Attempts)
                {
                    // Asked again at the next event of the record, or by the next process, until it is too old.
                    return;
                }
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    private async Task<(RequestState State, string Message)> CarryOutAsync(GuardedRollout record, RecordFile file, CancellationToken cancellationToken)
    {
        try
        {
            using var workload = await store.ReadWorkloadAsync(record, cancellationToken).ConfigureAwait(false);
            switch (RequestPatch.For(record, workload.RootElement, ScopeFor(record, workload.RootElement)))
            {
                case RequestPlan.Answered answered:
                    return await GiveBackAsync(record, workload.RootElement, cancellationToken).ConfigureAwait(false) is { } given
                        ? (RequestState.Done, given)
                        : (answered.State, answered.Message);
                case RequestPlan.Write write:
                    await store.PatchWorkloadAsync(record, write.Patch, cancellationToken).ConfigureAwait(false);
                    var also = await GiveBackAsync(record, workload.RootElement, cancellationToken).ConfigureAwait(false);
                    return (RequestState.Done, also is null ? write.Message : $"{write.Message} {also}");
                case RequestPlan.Act act:
                    return await ActAsync(act, file, cancellationToken).ConfigureAwait(false);
                default:
                    throw new InvalidOperationException("A plan of an unknown kind.");
            }
        }
        catch (ApiException fault) when (fault is { IsTransient: false } && fault.Code is not (409 or 401))
        {
            return (RequestState.Refused, fault.IsMissingPermission
                ? AccessRule.Missing(fault, AccessRule.Acting, record.Metadata.Namespace)
                : ApiFaults.Describe(fault, RecordStore.RequestLimit));
        }
    }

    /// <summary>
    /// Who resumes or releases wants what brings the workload's changes to go on as well: whatever the policy says now, for it may have been suspended
    /// under an earlier one.
    /// </summary>
    private async Task<string?> GiveBackAsync(GuardedRollout record, JsonElement workload, CancellationToken cancellationToken)
    {
        if (sources is null || record.Spec.Request is not { Action: RequestedAction.Resume or RequestedAction.Release })
        {
            return null;
        }

        ImmutableArray<GuardPolicy> policies;
        lock (gate)
        {
            policies = [.. inForce.Where(p => p.Namespace == record.Metadata.Namespace).OrderBy(p => p.Contest.Action == ContestAction.Suspend ? 0 : 1)];
        }

        var rule = policies.FirstOrDefault()?.Contest ?? new ContestRule();
        return rule.Action == ContestAction.Suspend || await WasSuspendedAsync(record, cancellationToken).ConfigureAwait(false)
            ? await sources.GiveBackAsync(workload, rule.ArgoCdNamespace, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Whether a record of the workload tells of a suspension; which of its rollouts led to it does not matter.</summary>
    private async Task<bool> WasSuspendedAsync(GuardedRollout record, CancellationToken cancellationToken)
    {
        var workload = record.Spec.RolloutOf(record.Metadata.Namespace).Workload;
        return Suspends(record) || (await store.ListAsync(workload, cancellationToken).ConfigureAwait(false)).Any(Suspends);

        static bool Suspends(GuardedRollout one) => one.Status?.Intents.Any(i => i.Action == IntendedAction.SuspendSource) == true;
    }

    /// <summary>Which of the configuration goes back under the policy that guards the workload now: as with a rollback of Guardrail's own.</summary>
    private ConfigurationScope ScopeFor(GuardedRollout record, JsonElement workload)
    {
        var view = WorkloadReader.Read(record.Spec.Workload.Kind, workload);
        lock (gate)
        {
            return inForce.FirstOrDefault(p => p.Guards(view.Id, view.Labels))?.RestoreConfig ?? ConfigurationScope.None;
        }
    }

    private async Task<(RequestState State, string Message)> ActAsync(RequestPlan.Act act, RecordFile file, CancellationToken cancellationToken)
    {
        file.Edit(status => status.Intended(Intent.Of(act.Action, time.GetUtcNow(), writer)));
        await file.WriteAsync(cancellationToken).ConfigureAwait(false);
        var prepared = act.Action.NeedsPreparation ? await beside.PrepareAsync(act.Action).ConfigureAwait(false) : Preparation.Nothing;
        var outcome = await actuator.ApplyAsync(act.Action, cancellationToken).ConfigureAwait(false) with { Note = prepared.Note };
        if (IntentOutcome.Of(outcome, time.GetUtcNow()) is { } settled)
        {
            file.Edit(status => status.Settled(act.Action.Decision.Value, settled));
        }

        if (outcome is ActionOutcome.Applied or ActionOutcome.AlreadyDone && Announcements.Of(act.Action, prepared) is { } told)
        {
            await beside.AnnounceAsync(told).ConfigureAwait(false);
        }

        return outcome switch
        {
            ActionOutcome.Applied when act.Action.NeedsPreparation && prepared.Note is null =>
                (RequestState.Done, $"{act.Message} Nothing of its configuration had to be restored."),
            ActionOutcome.Applied or ActionOutcome.AlreadyDone => (RequestState.Done, With(act.Message, prepared)),
            ActionOutcome.LostRace(var reason) => (RequestState.Refused, With(reason, prepared)),
            ActionOutcome.Impossible(var reason) => (RequestState.Refused, With(reason, prepared)),
            ActionOutcome.Failed(var reason) => throw new HttpRequestException(reason),
            _ => throw new InvalidOperationException("An outcome of an unknown kind."),
        };
    }

    /// <summary>What was done, and in counts and names what became of the configuration; the counts first, for a long answer is cut.</summary>
    private static string With(string message, Preparation prepared)
    {
        string[] counts =
        [
            .. prepared.Restored > 0 ? [$"{prepared.Restored} restored"] : Array.Empty<string>(),
            .. prepared.Left > 0 ? [$"{prepared.Left} not restored"] : Array.Empty<string>(),
        ];
        return (prepared.Note, counts) switch
        {
            (null, _) => message,
            ({ } note, []) => $"{message} {char.ToUpperInvariant(note[0])}{note[1..]}{EndOf(note)}",
            ({ } note, _) => $"{message} Of its configuration {string.Join(" and ", counts)}: {note}{EndOf(note)}",
        };

        // A Role to be applied stands for itself.
        static string EndOf(string note) => note.EndsWith('.') || note.Contains('\n', StringComparison.Ordinal) ? "" : ".";
    }

    private async Task AnswerAsync(RecordFile file, RolloutRequest request, RequestState state, string message, CancellationToken cancellationToken)
    {
        LogAnswered(request.Action, file.Rollout, request.By ?? "a person", state, message);
        file.Edit(status => status with
        {
            Request = new() { Id = request.Id, State = state, Message = RecordLimits.Cut(message), At = time.GetUtcNow() },
        });
        await file.WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(80, LogLevel.Information, "{Action} of {Rollout} was asked for by {By}: {State}, {Message}")]
    private partial void LogAnswered(RequestedAction action, Engine.Workloads.RolloutId rollout, string by, RequestState state, string message);

    [LoggerMessage(81, LogLevel.Warning, "{Action}, asked for in {Record}, failed at attempt {Attempt}: {Reason}")]
    private partial void LogFailed(RequestedAction action, string record, int attempt, string reason);

    [LoggerMessage(82, LogLevel.Error, "Following what people ask for in {Namespace} broke; requests there are not heard until the next start")]
    private partial void LogBroke(Exception fault, string @namespace);
}
