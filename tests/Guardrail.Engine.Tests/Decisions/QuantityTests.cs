using Guardrail.Engine.Decisions;

namespace Guardrail.Engine.Tests.Decisions;

/// <summary>Numbers with what they count.</summary>
public sealed class QuantityTests
{
    [TestCase(0, "errors", "0 errors")]
    [TestCase(1, "errors", "1 error")]
    [TestCase(1388, "requests", "1,388 requests")]
    [TestCase(1, "answers slower than 0.5 s", "1 answer slower than 0.5 s")]
    [TestCase(1, "restarts or losses of readiness", "1 restart or loss of readiness")]
    [TestCase(1, "policies", "1 policy")]
    [TestCase(1, "series", "1 series")]
    public void One_of_them_is_told_in_the_singular(long count, string many, string told) => Assert.That(Quantity.Of(count, many), Is.EqualTo(told));

    [TestCase(1, "1 policy guards")]
    [TestCase(2, "2 policies guard")]
    public void What_does_not_follow_can_be_given(long count, string told) =>
        Assert.That(Quantity.Of(count, "policies guard", "policy guards"), Is.EqualTo(told));
}
