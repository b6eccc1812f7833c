using CsCheck;
using Guardrail.Engine.Evidence;

namespace Guardrail.Engine.Tests.Detectors;

public sealed class EvidencePathTests
{
    [Test]
    public void It_is_bounded_ordered_and_ends_with_the_newest_point() => Gen.Int[1, 5000].Sample(count =>
    {
        var path = Of(count);
        var points = path.Points;

        Assert.That(points, Has.Length.InRange(Math.Min(count, EvidencePoint.Most / 2), EvidencePoint.Most));
        Assert.That(points[^1], Is.EqualTo(new EvidencePoint(Town.Start.AddSeconds(count - 1), count - 1)));
        Assert.That(points.Select(p => p.At), Is.Ordered.And.Unique);
    });

    [Test]
    public void It_goes_on_from_a_snapshot() => Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000]).Sample((before, after) =>
    {
        var path = EvidencePath.Restore(Of(before).Capture());
        for (var i = before; i < before + after; i++)
        {
            path.Add(Town.Start.AddSeconds(i), i);
        }

        Assert.That(path.Points, Is.EqualTo(Of(before + after).Points));
    });

    private static EvidencePath Of(int count)
    {
        var path = new EvidencePath();
        for (var i = 0; i < count; i++)
        {
            path.Add(Town.Start.AddSeconds(i), i);
        }

        return path;
    }
}
