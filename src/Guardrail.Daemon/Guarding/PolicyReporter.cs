using System.Collections.Concurrent;
using System.Text.Json;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// Writes what becomes of each policy into its status: whether it is valid, at once; what it guards, when that has changed, at most every
/// <see cref="Rhythm"/>.
/// </summary>
internal sealed partial class PolicyReporter(PolicyStore store, TimeProvider time, ILogger<PolicyReporter> logger)
{
    private const int MostUnready = 64;
    private readonly ConcurrentDictionary<(string Namespace, string Name), Report> reports = new();

    /// <summary>Policies come on another thread than counts.</summary>
    private readonly Lock gate = new();
    private DateTimeOffset countedAt = DateTimeOffset.MinValue;

    /// <summary>Shortest distance between two looks at what is guarded: 12 s.</summary>
    public static TimeSpan Rhythm { get; } = TimeSpan.FromSeconds(12);

    /// <summary>Whether this version of the policy has not been reported yet.</summary>
    public bool IsNews(PolicyResource policy) =>
        !reports.TryGetValue(Key(policy), out var known) || known.Policy.Uid != policy.Uid || known.Policy.Generation != policy.Generation;

    /// <summary>Takes over a policy as it was read.</summary>
    /// <param name="policy">The policy, and what became of it.</param>
    /// <param name="ceiling">The most that any policy may let Guardrail do.</param>
    public void Take(PolicyStanding policy, Autonomy ceiling)
    {
        lock (gate)
        {
            if (IsNews(policy.Newest))
            {
                TakeNews(policy, ceiling);
            }
        }
    }

    private void TakeNews(PolicyStanding policy, Autonomy ceiling)
    {
        var newest = policy.Newest;
        var before = reports.GetValueOrDefault(Key(newest))?.Wanted ?? PolicyStatus.Of(newest);
        Want(newest, before with
        {
            ObservedGeneration = newest.Generation,
            AutonomyCeiling = ceiling,
            Conditions = PolicyConditions.Set(before.Conditions, policy, time.GetUtcNow()),
        });
    }

    /// <summary>Forgets policies that are gone.</summary>
    public void KeepOnly(IReadOnlyList<PolicyStanding> all)
    {
        var there = all.Select(p => Key(p.Newest)).ToHashSet();
        foreach (var gone in reports.Keys.Where(key => !there.Contains(key)))
        {
            reports.TryRemove(gone, out _);
        }
    }

    /// <summary>Counts what each policy guards. Called from the guard loop.</summary>
    public void Observed(Fleet fleet)
    {
        lock (gate)
        {
            Count(fleet);
        }
    }

    private void Count(Fleet fleet)
    {
        var now = time.GetUtcNow();
        if ((now - countedAt).Duration() < Rhythm || reports.IsEmpty)
        {
            return;
        }

        countedAt = now;
        var guarded = fleet.Workloads.ToLookup(w => (w.Policy.Namespace, w.Policy.Name));
        foreach (var (key, report) in reports)
        {
            var unready = guarded[key].Select(w => (w.View.Id, w.RollbackReadiness)).Where(w => !w.RollbackReadiness.IsReady).ToList();
            var total = guarded[key].Count();
            Want(report.Policy, report.Wanted with
            {
                Guarded = total,
                RollbackReady = total - unready.Count,
                Workloads =
                [
                    .. unready.Take(MostUnready).Select(w => new UnreadyWorkload(
                        w.Id.ToString(), w.RollbackReadiness.Reason.ToString(), RecordLimits.Cut(w.RollbackReadiness.Message))),
                ],
            });
        }
    }

    private void Want(PolicyResource policy, PolicyStatus status)
    {
        var report = reports.GetOrAdd(Key(policy), _ => new Report(policy, status));
        (report.Policy, report.Wanted) = (policy, status);
        if (!report.IsBeingWritten && Text(status) != report.WrittenText)
        {
            report.IsBeingWritten = true;
            _ = Task.Run(() => WriteAsync(report));
        }
    }

    /// <summary>
    /// Writes the status of one policy until it is as it should be, one write after the other: an older one must not come last. Best effort: what could
    /// not be written differs at the next count still, and is written then.
    /// </summary>
    private async Task WriteAsync(Report report)
    {
        try
        {
            string? tried = null;
            while (Due(report, tried) is var (policy, status, text))
            {
                report.WrittenText = await TryWriteAsync(policy, status).ConfigureAwait(false) ? text : report.WrittenText;
                tried = text;
            }
        }
        catch
        {
            report.IsBeingWritten = false;
            throw;
        }
    }

    /// <summary>What is to be written now; null, and the writing is over, when that is written, or was tried and could not be.</summary>
    private (PolicyResource Policy, PolicyStatus Status, string Text)? Due(Report report, string? tried)
    {
        lock (gate)
        {
            var text = Text(report.Wanted);
            report.IsBeingWritten = text != report.WrittenText && text != tried;
            return report.IsBeingWritten ? (report.Policy, report.Wanted, text) : null;
        }
    }

    private async Task<bool> TryWriteAsync(PolicyResource policy, PolicyStatus status)
    {
        try
        {
            await store.WriteStatusAsync(policy, status, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (ApiException gone) when (gone.Code is 404 or 409)
        {
            // Deleted, or made anew: the watch tells.
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault))
        {
            LogNotWritten(
                policy.Namespace, policy.Name,
                fault is ApiException { IsMissingPermission: true } refused
                    ? AccessRule.Missing(refused, PolicyResource.Rights, null)
                    : ApiFaults.Describe(fault, PolicyStore.RequestLimit));
        }

        return false;
    }

    private static string Text(PolicyStatus status) => JsonSerializer.Serialize(status, RecordJson.Options);

    private static (string Namespace, string Name) Key(PolicyResource policy) => (policy.Namespace, policy.Name);

    [LoggerMessage(72, LogLevel.Warning, "The status of the policy {Namespace}/{Name} could not be written: {Reason}")]
    private partial void LogNotWritten(string @namespace, string name, string reason);

    /// <summary>What is to stand in the status of a policy, and what does.</summary>
    private sealed class Report(PolicyResource policy, PolicyStatus wanted)
    {
        public PolicyResource Policy { get; set; } = policy;

        public PolicyStatus Wanted { get; set; } = wanted;

        public bool IsBeingWritten { get; set; }

        public string? WrittenText { get; set; }
    }
}
