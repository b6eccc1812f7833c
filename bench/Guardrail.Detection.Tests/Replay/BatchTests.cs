using CsCheck;
using Guardrail.Detection.Replay;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Tests.Replay;

public sealed class BatchTests
{
    [Test]
    public void Parts_add_up_and_are_counts_that_can_be() =>
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 400], Gen.Int[0, 400], Gen.Int[0, 400], Gen.Int[1, 9], Gen.ULong).Sample((requests, errors, first, second, parts, seed) =>
        {
            var slower = Math.Min(first, requests);
            var whole = new Batch(requests, Math.Min(errors, requests), [slower, Math.Min(second, slower)]);

            var split = whole.Split(parts, new RandomSource(seed, 0));

            var sum = split.Aggregate(Batch.None(2), (total, part) => total.Plus(part));
            Assert.That((sum.Requests, sum.Errors), Is.EqualTo((whole.Requests, whole.Errors)));
            Assert.That(sum.Slower, Is.EqualTo(whole.Slower));
            foreach (var part in split)
            {
                Assert.That(part.Errors, Is.InRange(0, part.Requests));
                Assert.That(part.Slower[0], Is.InRange(0, part.Requests));
                Assert.That(part.Slower[1], Is.InRange(0, part.Slower[0]));
            }
        });

    [Test]
    public void A_tenth_is_a_tenth_on_average()
    {
        var random = new RandomSource(1, 0);
        var first = Enumerable.Range(0, 200).Sum(_ => new Batch(1000, 100, [50]).Split(0.1, random).First.Errors);

        // 20,000 errors at 0.1: 2,000 with a standard deviation of 42.
        Assert.That(first, Is.EqualTo(2000).Within(200));
    }

    [Test]
    public void Quantiles_become_the_counts_they_stand_for()
    {
        var slower = QuantileCounts.Slower(1000, [(0.5, 0.1), (0.1, 0.4), (0.01, 2)], [0.1, 0.4, 2, 100]);

        Assert.That(slower, Is.EqualTo(new long[] { 500, 100, 10, 0 }));
    }
}
