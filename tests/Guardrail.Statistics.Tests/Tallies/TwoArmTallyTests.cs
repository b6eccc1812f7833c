namespace Guardrail.Statistics.Tests;

public sealed class TwoArmTallyTests
{
    [TestCase(-1, 0, 0, 0)]
    [TestCase(0, -1, 0, 0)]
    [TestCase(0, 0, -1, 0)]
    [TestCase(0, 0, 0, -1)]
    public void Refuses_negative_counts(long controlTotal, long canaryTotal, long controlEvents, long canaryEvents) =>
        Assert.That(
            () => new TwoArmTally(controlTotal, canaryTotal, controlEvents, canaryEvents),
            Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Refuses_negative_counts_in_a_copy() =>
        Assert.That(() => default(TwoArmTally) with { CanaryEvents = -1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase(0, 5, 0, 1, false)]
    [TestCase(5, 0, 1, 0, false)]
    [TestCase(5, 5, 0, 0, false)]
    [TestCase(5, 5, 1, 0, true)]
    [TestCase(5, 5, 0, 9, true)] // more restarts than pod-seconds
    public void Is_informative_when_both_arms_were_exposed_and_something_happened(
        long controlTotal, long canaryTotal, long controlEvents, long canaryEvents, bool expected) =>
        Assert.That(new TwoArmTally(controlTotal, canaryTotal, controlEvents, canaryEvents).IsInformative, Is.EqualTo(expected));

    [TestCase(-1, 1, 1)]
    [TestCase(65536, 1, 1)]
    [TestCase(0, -1, 1)]
    [TestCase(0, 1, -1)]
    public void A_pod_refuses_what_is_out_of_range(int slot, long total, long events) =>
        Assert.That(() => new PodTally(slot, total, events), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
