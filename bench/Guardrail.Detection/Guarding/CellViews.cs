using System.Collections.Immutable;
using Guardrail.Detection.Cells;
using Guardrail.Engine.Workloads;

namespace Guardrail.Detection.Guarding;

/// <summary>Shows a run as the cluster would: one Deployment whose new revision exists from the start of the rollout on.</summary>
internal sealed class CellViews
{
    private static readonly DateTimeOffset LongAgo = At(-86_400);

    private readonly CellRun run;
    private readonly bool loops;
    private readonly PodShown[] shown;
    private readonly PodId[] ids;
    private readonly int firstNew;
    private long generation;

    public CellViews(CellRun run, Cell cell, string name = GuardDefaults.Workload)
    {
        this.run = run;
        Workload = new(GuardDefaults.Namespace, WorkloadKind.Deployment, name);
        loops = cell.Defect is Defect.CrashLoop;
        firstNew = cell.Schedule.Before;
        shown = new PodShown[run.PodCount];
        ids = [.. Enumerable.Range(0, run.PodCount).Select(i => new PodId(GuardDefaults.Namespace, i < firstNew ? $"{name}-old-{i}" : NewPod(name, i - firstNew)))];
    }

    public WorkloadId Workload { get; }

    public static RevisionId Old { get; } = new("old");

    public static RevisionId New { get; } = new("new");

    /// <summary>Whether Guardrail holds the rollout.</summary>
    public bool Paused { get; set; }

    /// <summary>Moment that is so many seconds after the start of the rollout.</summary>
    public static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(seconds);

    /// <summary>Name of a pod of the new revision.</summary>
    public static string NewPod(string workload, int index) => $"{workload}-new-{index}";

    public PodId Id(int pod) => ids[pod];

    public void Begin()
    {
        Array.Clear(shown);
        (generation, Paused) = (0, false);
    }

    /// <summary>The workload, if it looks otherwise than it did; else null.</summary>
    public WorkloadView? IfChanged()
    {
        var changed = generation == 0;
        for (var i = 0; i < shown.Length; i++)
        {
            var now = run.Shown(i);
            changed |= now != shown[i];
            shown[i] = now;
        }

        return changed ? View() : null;
    }

    /// <summary>The workload as it looks now.</summary>
    public WorkloadView View()
    {
        generation++;
        var pods = ImmutableArray.CreateBuilder<PodView>(shown.Length);
        var (old, fresh) = (0, 0);
        for (var i = 0; i < shown.Length; i++)
        {
            if (shown[i].IsServing)
            {
                pods.Add(Pod(i));
                (old, fresh) = i < firstNew ? (old + 1, fresh) : (old, fresh + 1);
            }
        }

        var begun = fresh > 0;
        ImmutableArray<RevisionView> revisions = [new() { Id = Old, Number = 1, DesiredReplicas = old, KnownGood = true, CreatedAt = LongAgo }];
        return new()
        {
            Id = Workload,
            Uid = "uid",
            Generation = generation,
            DesiredReplicas = old + fresh,
            CurrentRevision = begun ? New : Old,
            Revisions = begun ? revisions.Add(new() { Id = New, Number = 2, DesiredReplicas = fresh, CreatedAt = At(0) }) : revisions,
            Pods = pods.ToImmutable(),
            Pause = Paused ? PauseState.ByGuardrail : PauseState.Running,
        };
    }

    private PodView Pod(int pod)
    {
        var now = shown[pod];
        var ready = double.IsInfinity(now.ReadySince) ? LongAgo : At(now.ReadySince);

        // The kubelet calls it a crash loop from the second crash on.
        var looping = loops && now.Restarts >= 2;
        return new()
        {
            Id = ids[pod],
            Uid = ids[pod].Name,
            Revision = pod < firstNew ? Old : New,
            CreatedAt = now.Restarts > 0 ? At(0) : ready,
            ReadySince = looping ? null : ready,
            Restarts = now.Restarts,
            OutOfMemoryKills = now.WasKilled ? 1 : 0,
            WaitingReason = looping ? "CrashLoopBackOff" : null,
        };
    }
}
