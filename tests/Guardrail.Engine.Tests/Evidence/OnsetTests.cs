using Guardrail.Engine.Evidence;

namespace Guardrail.Engine.Tests.Evidence;

/// <summary>How well trouble fits the moment at which a revision began to serve.</summary>
public sealed class OnsetTests
{
    private static readonly DateTimeOffset Began = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly Onset Total = new(Began, Began.AddSeconds(60), 20, 20, 1);

    [Test]
    public void Who_began_after_it_cannot_be_the_cause() =>
        Assert.That(Total.FitOf(Began.AddSeconds(60)), Is.EqualTo(double.NegativeInfinity));

    [Test]
    public void Half_of_the_bad_revisions_are_bad_at_once()
    {
        Assert.That(Total.FitOf(Began), Is.EqualTo(Math.Log(.5)).Within(1e-12));
        Assert.That(Total.FitOf(Began.AddSeconds(-10)), Is.EqualTo(Math.Log(.5)).Within(1e-12), "endpoints take a moment to learn of a pod");
    }

    [Test]
    public void The_rest_are_bad_at_any_later_time_the_likelier_the_sooner()
    {
        // A tick of a minute is a tenth of ten minutes.
        Assert.That(Total.FitOf(Began.AddMinutes(-1)), Is.EqualTo(Math.Log(.05) - .1).Within(1e-12));
        Assert.That(Total.FitOf(Began.AddMinutes(-20)), Is.EqualTo(Math.Log(.05) - 2).Within(1e-12));
    }

    [Test]
    public void No_more_can_have_failed_than_came_after_it_began()
    {
        // All 20 requests failed; a quarter of the tick was left: 20 ln 4 against it.
        Assert.That(Total.FitOf(Began.AddSeconds(45)), Is.EqualTo(Math.Log(.5) - (20 * Math.Log(4))).Within(1e-9));
        Assert.That((Total with { Dispersion = 2 }).FitOf(Began.AddSeconds(45)), Is.EqualTo(Math.Log(.5) - (10 * Math.Log(4))).Within(1e-9));
        Assert.That((Total with { Count = 5 }).FitOf(Began.AddSeconds(45)), Is.EqualTo(Math.Log(.5)).Within(1e-12), "a quarter of them may have");
    }
}
