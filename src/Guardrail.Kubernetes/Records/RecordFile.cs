using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Polly;
using Polly.Retry;

namespace Guardrail.Kubernetes.Records;

/// <summary>
/// One record as this process knows it, and the way to write it: made when it is not there, conditional on the version read, read again and merged
/// when somebody else wrote it or when an answer was lost. One write at a time.
/// </summary>
public sealed class RecordFile : IDisposable
{
    private const int Attempts = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private readonly RecordStore store;
    private readonly ResiliencePipeline retries;
    private readonly SemaphoreSlim writing = new(1);
    private readonly Lock gate = new();
    private readonly GuardedRollout blank;
    private GuardedRollout? stored;
    private GuardedRolloutStatus ours = new();
    private readonly bool isGuest;
    private bool mayReopen;
    private long edits;
    private long written;

    /// <summary>Makes the file of a rollout; nothing is read or written yet.</summary>
    /// <param name="store">Where records are.</param>
    /// <param name="time">Clock of the pauses.</param>
    /// <param name="rollout">The rollout.</param>
    /// <param name="uid">The workload's uid.</param>
    /// <param name="policy">Name of the policy.</param>
    /// <param name="changedBy">Who changed the workload, where that is known.</param>
    /// <param name="madeBy">Whether an agent or a human made the change, where that is known.</param>
    public RecordFile(
        RecordStore store, TimeProvider time, RolloutId rollout, string uid, string policy, string? changedBy, ChangeAuthor madeBy = ChangeAuthor.Unknown)
    {
        this.store = store;
        blank = new GuardedRollout
        {
            Metadata = new()
            {
                Name = RecordName.Of(rollout, uid),
                Namespace = rollout.Workload.Namespace,
                Labels = RecordLabels.Of(rollout.Workload),
            },
            Spec = new()
            {
                Workload = new() { Kind = rollout.Workload.Kind, Name = rollout.Workload.Name, Uid = uid },
                Policy = policy,
                From = rollout.From.Hash,
                To = rollout.To.Hash,
                Number = rollout.Number,
                ChangedBy = changedBy is null ? null : RecordLimits.Cut(changedBy),
                MadeBy = madeBy,
            },
        };
        retries = Retries(time);
    }

    /// <summary>Makes the file of a record that was read.</summary>
    /// <param name="store">Where records are.</param>
    /// <param name="time">Clock of the pauses.</param>
    /// <param name="read">The record.</param>
    /// <param name="isGuest">Whether only intents, decisions and answers are added; somebody else keeps the rest.</param>
    public RecordFile(RecordStore store, TimeProvider time, GuardedRollout read, bool isGuest = false)
    {
        (this.store, this.isGuest) = (store, isGuest);
        (blank, stored, ours) = (read with { Status = null }, read, read.Status ?? new());
        retries = Retries(time);
    }

    /// <summary>Name of the record.</summary>
    public string Name => blank.Metadata.Name;

    /// <summary>The workload's uid.</summary>
    public string Uid => blank.Spec.Workload.Uid;

    /// <summary>Which rollout it is.</summary>
    public RolloutId Rollout => blank.Spec.RolloutOf(blank.Metadata.Namespace);

    /// <summary>The record's metadata and spec as they were last read; null before.</summary>
    public GuardedRollout? Stored => Volatile.Read(ref stored);

    /// <summary>What this process wants the status to be.</summary>
    public GuardedRolloutStatus Status
    {
        get
        {
            lock (gate)
            {
                return ours;
            }
        }
    }

    /// <summary>Whether an edit has not been written yet.</summary>
    public bool IsDirty
    {
        get
        {
            lock (gate)
            {
                return edits > written;
            }
        }
    }

    /// <summary>Changes what the status is to be; written by <see cref="WriteAsync"/>.</summary>
    public void Edit(Func<GuardedRolloutStatus, GuardedRolloutStatus> change)
    {
        lock (gate)
        {
            ours = change(ours);
            edits++;
        }
    }

    /// <summary>Writes what has been edited so far. When it returns, the API server holds it.</summary>
    /// <exception cref="ApiException">The server answered with an error, at last.</exception>
    /// <exception cref="HttpRequestException">The server could not be reached.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            if (IsDirty)
            {
                await retries.ExecuteAsync(async token => await WriteOnceAsync(token), cancellationToken);
            }
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    private async ValueTask WriteOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (stored is null)
            {
                await OpenAsync(cancellationToken);
            }

            var (wanted, upTo) = Wanted();
            if (stored!.Status is not { } there || !Same(wanted, there))
            {
                stored = await store.WriteStatusAsync(stored with { Status = wanted }, cancellationToken);
            }

            lock (gate)
            {
                // What others wrote is known from now on.
                ours = ours.Over(stored.Status, mayReopen, isGuest);
                written = upTo;
            }
        }
        catch
        {
            // Whether it was written is not known, or it was changed or deleted by somebody else: look again before the next attempt.
            stored = null;
            throw;
        }
    }

    /// <summary>Reads the record, or makes it.</summary>
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        stored = await store.ReadAsync(blank.Metadata.Namespace, Name, cancellationToken)
            ?? await store.CreateAsync(blank, cancellationToken);
        lock (gate)
        {
            // Over when it was first opened, and watched again since: the policy was away for a while.
            mayReopen |= written == 0 && stored.Status?.Outcome is not null && ours.Phase is not RecordedPhase.Ended && ours.Checkpoint is not null;
        }
    }

    private (GuardedRolloutStatus Wanted, long UpTo) Wanted()
    {
        lock (gate)
        {
            return (ours.Over(stored!.Status, mayReopen, isGuest) with { ObservedGeneration = stored.Metadata.Generation }, edits);
        }
    }

    private static bool Same(GuardedRolloutStatus wanted, GuardedRolloutStatus there) =>
        JsonSerializer.Serialize(wanted, RecordJson.Options) == JsonSerializer.Serialize(there, RecordJson.Options);

    private static ResiliencePipeline Retries(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Attempts - 1,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            ShouldHandle = arguments => ValueTask.FromResult(
                !arguments.Context.CancellationToken.IsCancellationRequested
                && (arguments.Outcome.Exception is ApiException { IsTransient: true } or ApiException { Code: 409 } or ApiException { Code: 404, NamesObject: true }
                    or HttpRequestException or IOException or OperationCanceledException)),
            DelayGenerator = static arguments => ValueTask.FromResult(arguments.Outcome.Exception switch
            {
                ApiException { Code: 409 } => TimeSpan.Zero,
                ApiException { RetryAfter: { } asked } => asked < LongestWait ? asked : LongestWait,
                _ => (TimeSpan?)null,
            }),
        })
        .Build();
}
