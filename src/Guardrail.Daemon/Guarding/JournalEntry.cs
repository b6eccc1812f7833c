using Guardrail.Engine.Guarding;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Daemon.Guarding;

/// <summary>The record of a rollout while this process keeps it.</summary>
internal sealed class JournalEntry(RecordFile file)
{
    private readonly Lock packing = new();
    private Tuple<GuardSnapshot, DateTimeOffset>? snapshot;
    private int queued;

    public RecordFile File => file;

    /// <summary>When the record was last described, on the clock; only the guard loop looks at it.</summary>
    public DateTimeOffset DescribedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>How the rollout stood when the record was last described; null before. Only the guard loop looks at it.</summary>
    public Standing? Standing { get; set; }

    /// <summary>Up to when observations are in the state that was taken over from the process before; its minimum where none was.</summary>
    public DateTimeOffset ResumedAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Records that are kept of the workload's ended rollouts; null while that is not known, and then none is deleted.</summary>
    public int? History { get; set; }

    /// <summary>Takes the engine's state as the next checkpoint. It is packed when it is written, beside the guard loop.</summary>
    public void Keep(GuardSnapshot taken, DateTimeOffset at) => Interlocked.Exchange(ref snapshot, Tuple.Create(taken, at));

    /// <summary>Packs the newest state into the record.</summary>
    /// <returns>False when it is too large for a record: then there is no checkpoint.</returns>
    public bool Pack()
    {
        // Whoever finds nothing to pack must not write before what another one packs is in the record: an intent goes with its checkpoint.
        lock (packing)
        {
            if (Interlocked.Exchange(ref snapshot, null) is not { } taken)
            {
                return true;
            }

            var checkpoint = CheckpointCodec.Encode(taken.Item1, taken.Item2);
            file.Edit(status => status.IsOpen() ? status with { Checkpoint = checkpoint } : status);
            return checkpoint is not null;
        }
    }

    /// <summary>Whether the caller is the one who writes next; else somebody already does.</summary>
    public bool Queue() => Interlocked.Exchange(ref queued, 1) == 0;

    public void Unqueue() => Interlocked.Exchange(ref queued, 0);
}
