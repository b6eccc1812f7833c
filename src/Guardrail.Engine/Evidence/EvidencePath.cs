using System.Collections.Immutable;

namespace Guardrail.Engine.Evidence;

/// <summary>The evidence at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="LogEvidence">Log of the e-value, in nats.</param>
public readonly record struct EvidencePoint(DateTimeOffset At, double LogEvidence)
{
    /// <summary>Most points of a path.</summary>
    public const int Most = 128;
}

/// <summary>How the evidence came about: a bounded list of points that keeps every second one whenever it is full.</summary>
internal sealed class EvidencePath
{
    private readonly EvidencePoint[] points = new EvidencePoint[EvidencePoint.Most];
    private int count;
    private int stride = 1;
    private int skipped;

    /// <summary>Adds a point; the newest one is always there.</summary>
    public void Add(DateTimeOffset at, double logEvidence)
    {
        var point = new EvidencePoint(at, logEvidence);
        if (count > 0 && skipped < stride - 1)
        {
            skipped++;
            points[count - 1] = point;
            return;
        }

        if (count == EvidencePoint.Most)
        {
            for (var i = 0; i < EvidencePoint.Most / 2; i++)
            {
                points[i] = points[(2 * i) + 1];
            }

            (count, stride) = (EvidencePoint.Most / 2, stride * 2);
        }

        points[count++] = point;
        skipped = 0;
    }

    /// <summary>The points in order of time.</summary>
    public ImmutableArray<EvidencePoint> Points => [.. points.AsSpan(0, count)];

    public EvidencePathState Capture() => new(Points, stride, skipped);

    public static EvidencePath Restore(EvidencePathState state)
    {
        var path = new EvidencePath { count = Math.Min(state.Points.Length, EvidencePoint.Most), stride = state.Stride, skipped = state.Skipped };
        state.Points.AsSpan(0, path.count).CopyTo(path.points);
        return path;
    }
}

/// <summary>State of the path, for snapshots.</summary>
public sealed record EvidencePathState(ImmutableArray<EvidencePoint> Points, int Stride, int Skipped);
