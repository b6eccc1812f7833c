using Guardrail.Engine.Workloads;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>One pod of a Deployment: its container starts, becomes ready, ends and is started again as a kubelet does it.</summary>
internal sealed class VirtualPod(PodId id, string uid, VirtualRevision revision, int ordinal, TimeSpan createdAt)
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ForgetCrashesAfter = TimeSpan.FromMinutes(10);
    private TimeSpan startedAt;
    private TimeSpan readyAt;
    private TimeSpan endsAt;
    private TimeSpan startsAt = TimeSpan.MaxValue;
    private bool endsOutOfMemory;
    private int crashes;

    public PodId Id { get; } = id;

    public string Uid { get; } = uid;

    public VirtualRevision Revision { get; } = revision;

    public int Ordinal { get; } = ordinal;

    public TimeSpan CreatedAt { get; } = createdAt;

    public TimeSpan? ReadySince { get; private set; }

    public int Restarts { get; private set; }

    public int OutOfMemoryKills { get; private set; }

    public bool BacksOff { get; private set; }

    /// <summary>Its requests; set by whoever serves them.</summary>
    public PodTraffic Traffic { get; set; } = null!;

    /// <summary>What of its traffic has been taken into account.</summary>
    public PodTruth Seen { get; set; }

    /// <summary>What of its counters a timeline has taken into account: requests, errors, slower than each edge.</summary>
    public long[] Counted { get; set; } = [];

    /// <summary>When something happens to it next; <see cref="TimeSpan.MaxValue"/> when nothing does.</summary>
    public TimeSpan Due
    {
        get
        {
            var next = startsAt < endsAt ? startsAt : endsAt;
            return readyAt < next ? readyAt : next;
        }
    }

    /// <summary>
    /// Pods in the order in which the controller lets them go: not ready before ready, ready for a short time before ready for long, many restarts before
    /// few, young before old.
    /// </summary>
    public static IEnumerable<VirtualPod> FirstToGo(IEnumerable<VirtualPod> pods) => pods
        .OrderBy(p => p.ReadySince is not null)
        .ThenByDescending(p => p.ReadySince ?? TimeSpan.MinValue)
        .ThenByDescending(p => p.Restarts)
        .ThenByDescending(p => p.CreatedAt);

    /// <summary>The container starts.</summary>
    /// <param name="now">Now.</param>
    /// <param name="startUp">From here until it is ready.</param>
    /// <param name="behaviour">How it behaves.</param>
    public void Start(TimeSpan now, TimeSpan startUp, RevisionBehaviour behaviour)
    {
        var sinceOrigin = now - Revision.Origin;
        (startedAt, startsAt, BacksOff) = (now, TimeSpan.MaxValue, false);
        readyAt = behaviour.BecomesReady(Ordinal, sinceOrigin) ? now + startUp : TimeSpan.MaxValue;
        var end = behaviour.EndOfRun(Ordinal, sinceOrigin);
        (endsAt, endsOutOfMemory) = end is null ? (TimeSpan.MaxValue, false) : (now + end.After, end.OutOfMemory);
    }

    /// <summary>It has been ready for long: a pod of the time before the scenario.</summary>
    public void BeReady(TimeSpan since) => (ReadySince, readyAt) = (since, TimeSpan.MaxValue);

    /// <summary>Lets happen what is due.</summary>
    /// <param name="now">Now; not before <see cref="Due"/>.</param>
    public PodChange Advance(TimeSpan now)
    {
        if (endsAt <= now)
        {
            return End(now);
        }

        if (readyAt <= now)
        {
            BeReady(now);
            return PodChange.Ready;
        }

        Restarts++;
        return PodChange.Restarts;
    }

    private PodChange End(TimeSpan now)
    {
        crashes = now - startedAt >= ForgetCrashesAfter ? 1 : crashes + 1;
        OutOfMemoryKills += endsOutOfMemory ? 1 : 0;
        (ReadySince, readyAt, endsAt) = (null, TimeSpan.MaxValue, TimeSpan.MaxValue);

        // The first restart is immediate, the following ones wait longer and longer.
        var wait = crashes == 1 ? TimeSpan.Zero : FirstBackOff * Math.Pow(2, Math.Min(crashes - 2, 10));
        BacksOff = wait > TimeSpan.Zero;
        startsAt = now + (wait < LongestBackOff ? wait : LongestBackOff);
        return PodChange.Ended;
    }
}

/// <summary>What happened to a pod.</summary>
internal enum PodChange
{
    /// <summary>It became ready.</summary>
    Ready,

    /// <summary>Its container ended.</summary>
    Ended,

    /// <summary>Its container is to be started again.</summary>
    Restarts,
}
