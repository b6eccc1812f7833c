using Guardrail.Daemon.Leading;
using Guardrail.Engine.Observations;

namespace Guardrail.Daemon.Health;

/// <summary>Whether the daemon can do its work now, part by part, and whether its loop is alive.</summary>
/// <param name="time">Clock.</param>
/// <param name="leadership">Whether this daemon does the work; null for the only one.</param>
public sealed class Readiness(TimeProvider time, Leadership? leadership = null)
{
    private long lastTurn = time.GetTimestamp();

    /// <summary>Whether this daemon does the work.</summary>
    public Leadership Leadership { get; } = leadership ?? new Leadership();

    /// <summary>The cluster: ready once its workloads have been listed, and not while it cannot be reached.</summary>
    public ReadinessPart Kubernetes { get; } = new("kubernetes", "the workloads have not been listed yet");

    /// <summary>The metric source: ready while it tells at least one signal.</summary>
    public MetricsReadiness Metrics { get; } = new();

    /// <summary>The records of rollouts: ready while they can be written, or are not kept.</summary>
    public ReadinessPart Records { get; } = new("records", null);

    /// <summary>The policies: ready while those of the cluster can be followed, or when they come from files.</summary>
    public ReadinessPart Policies { get; } = new("policies", null);

    /// <summary>Every part that counts now: one that does not lead has nothing to read, and is ready by standing by.</summary>
    public IEnumerable<ReadinessPart> Parts => Leadership.State switch
    {
        LeadershipState.Alone => [Kubernetes, Metrics, .. InUse],
        LeadershipState.Leading => [Leadership.Readiness, Kubernetes, Metrics, .. InUse],
        _ => [Leadership.Readiness],
    };

    private IEnumerable<ReadinessPart> InUse => new[] { Records, Policies }.Where(part => part.HasSucceeded || part.Problem is not null);

    /// <summary>Time since the guard loop last handled anything; it handles at least one tick per policy tick.</summary>
    public TimeSpan LoopIdle => time.GetElapsedTime(Interlocked.Read(ref lastTurn));

    internal void LoopTurned() => Interlocked.Exchange(ref lastTurn, time.GetTimestamp());
}

/// <summary>One part of readiness.</summary>
public class ReadinessPart(string name, string? initially)
{
    private volatile string? problem = initially;
    private volatile bool succeeded;

    /// <summary>Name of the part.</summary>
    public string Name => name;

    /// <summary>Why it is not ready, in one sentence; null when it is.</summary>
    public string? Problem => problem;

    /// <summary>What there is to know beside that it is ready; null when there is nothing.</summary>
    public string? Remark { get; private set; }

    /// <summary>Whether it has ever been ready.</summary>
    public bool HasSucceeded => succeeded;

    internal void Fail(string reason) => problem = reason;

    internal void Succeed(string? remark = null)
    {
        Remark = remark;
        succeeded = true;
        problem = null;
    }
}

/// <summary>Readiness of the metric source.</summary>
public sealed class MetricsReadiness() : ReadinessPart("metrics", NotYet)
{
    private const string NotYet = "no metrics have been read yet";

    /// <summary>No guarded workload has a pod: there is nothing to read, and nothing is wrong.</summary>
    internal void NothingToRead()
    {
        if (Problem == NotYet)
        {
            Succeed();
        }
    }

    internal void Take(MetricReport report)
    {
        string? reason = null;
        foreach (var signal in report.Signals)
        {
            if (signal is SignalReport.NoEvidence none)
            {
                reason ??= none.Reason;
            }
            else
            {
                Succeed();
                return;
            }
        }

        if (reason is not null)
        {
            Fail(reason);
        }
    }
}
