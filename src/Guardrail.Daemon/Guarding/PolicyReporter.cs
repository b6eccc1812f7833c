using System.Collections.Concurrent;
using System.Text.Json;
using Guardrail.Engine.Guarding;
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
    /// <param name="policy">The policy.</param>
    /// <param name="outdated">Whether an older version of it is in force.</param>
    public void Take(PolicyResource policy, bool outdated)
    {
        lock (gate)
        {
            if (IsNews(policy))
            {
                TakeNews(policy, outdated);
            }
        }
    }

    private void TakeNews(PolicyResource policy, bool outdated)
    {
        var before = reports.GetValueOrDefault(Key(policy))?.Wanted ?? Written(policy);
        var ready = policy.Problem is null
            ? RecordCondition.Make(RolloutConditions.Ready, true, "InForce", "The policy is valid and in force.", time.GetUtcNow(), policy.Generation)
            : RecordCondition.Make(
                RolloutConditions.Ready, false, "Invalid",
                policy.Problem.TrimEnd('.') + (outdated ? ". The last valid version stays in force." : ". It guards nothing."), time.GetUtcNow(), policy.Generation);
        Want(policy, before with { ObservedGeneration = policy.Generation, Conditions = RecordCondition.Set(before.Conditions, ready) });
    }

    /// <summary>Forgets policies that are gone.</summary>
    public void KeepOnly(IReadOnlyList<PolicyResource> all)
    {
        var there = all.Select(Key).ToHashSet();
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
        var report = new Report(policy, status);
        var text = JsonSerializer.Serialize(status, RecordJson.Options);
        var known = reports.GetValueOrDefault(Key(policy));
        report.WrittenText = known?.WrittenText;
        reports[Key(policy)] = report;
        if (text != report.WrittenText)
        {
            _ = Task.Run(() => WriteAsync(report, text));
        }
    }

    /// <summary>Best effort: what could not be written differs at the next count still, and is written then.</summary>
    private async Task WriteAsync(Report report, string text)
    {
        try
        {
            await store.WriteStatusAsync(report.Policy, report.Wanted, CancellationToken.None).ConfigureAwait(false);
            report.WrittenText = text;
        }
        catch (ApiException gone) when (gone.Code is 404 or 409)
        {
            // Deleted, or made anew: the watch tells.
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault))
        {
            LogNotWritten(
                report.Policy.Namespace, report.Policy.Name,
                fault is ApiException { IsMissingPermission: true } refused
                    ? AccessRule.Missing(refused, PolicyResource.Rights, null)
                    : ApiFaults.Describe(fault, PolicyStore.RequestLimit));
        }
    }

    private static PolicyStatus Written(PolicyResource policy)
    {
        try
        {
            return policy.Status is null ? new() : JsonSerializer.Deserialize<PolicyStatus>(policy.Status, RecordJson.Options) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    private static (string Namespace, string Name) Key(PolicyResource policy) => (policy.Namespace, policy.Name);

    [LoggerMessage(72, LogLevel.Warning, "The status of the policy {Namespace}/{Name} could not be written: {Reason}")]
    private partial void LogNotWritten(string @namespace, string name, string reason);

    private sealed class Report(PolicyResource policy, PolicyStatus wanted)
    {
        public PolicyResource Policy => policy;

        public PolicyStatus Wanted => wanted;

        public string? WrittenText { get; set; }
    }
}
