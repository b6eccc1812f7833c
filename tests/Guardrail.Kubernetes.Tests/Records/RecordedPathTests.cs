using System.Collections.Immutable;
using Guardrail.Engine.Evidence;
using Guardrail.Kubernetes.Records;
using NUnit.Framework;

namespace Guardrail.Kubernetes.Tests.Records;

public sealed class RecordedPathTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 3, 0, 0, TimeSpan.Zero);

    [Test]
    public void Is_whole_seconds_and_nats()
    {
        ImmutableArray<EvidencePoint> path = [new(Start.AddSeconds(5), -0.004), new(Start.AddSeconds(10.2), 1.938), new(Start.AddSeconds(15), double.NaN)];
        Assert.That(RecordedPath.Write(path, Start), Is.EqualTo("5:-0 10:1.94"));
        Assert.That(RecordedPath.Write([], Start), Is.Null);
    }

    [Test]
    public void Reads_what_it_wrote()
    {
        ImmutableArray<EvidencePoint> path = [.. Enumerable.Range(0, EvidencePoint.Most).Select(i => new EvidencePoint(Start.AddSeconds(5 * i), i / 4.0))];
        Assert.That(RecordedPath.Read(RecordedPath.Write(path, Start), Start), Is.EqualTo(path));
    }

    [Test]
    public void The_longest_path_keeps_its_end_within_the_limit()
    {
        ImmutableArray<EvidencePoint> path = [.. Enumerable.Range(0, 2000).Select(i => new EvidencePoint(Start.AddDays(30).AddSeconds(i), 12345.67))];
        var text = RecordedPath.Write(path, Start)!;
        Assert.That(text, Has.Length.InRange(RecordedPath.Limit - 32, RecordedPath.Limit).And.EndWith("2593999:12345.67"));
        Assert.That(RecordedPath.Read(text, Start), Has.Length.EqualTo(EvidencePoint.Most));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("x:1 5 :2 7: 1:2:3 9:NaN:")]
    [TestCase("99999999999999:1")]
    public void What_is_no_point_is_passed_over(string? text) => Assert.That(RecordedPath.Read(text, Start), Is.Empty);
}
