using CsCheck;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Tests.Watching;

public sealed class BackOffTests
{
    [Test]
    public void Pauses_double_up_to_the_longest_and_at_least_half_of_each_is_kept() => Gen.Int.Sample(seed =>
    {
        var backOff = new BackOff(new WatchOptions { TimeProvider = TimeProvider.System, Seed = seed });
        foreach (var full in new[] { 0.5, 1, 2, 4, 8, 16, 30, 30, 30 })
        {
            Assert.That(backOff.Next(null).TotalSeconds, Is.InRange(full / 2, full));
        }

        backOff.Reset();
        Assert.That(backOff.Next(null).TotalSeconds, Is.LessThanOrEqualTo(0.5));
    });

    [Test]
    public void Never_waits_less_than_the_server_asks_nor_much_longer() => Gen.Select(Gen.Int, Gen.Double[0.001, 1000])
        .Sample((seed, asked) =>
    {
        var pause = new BackOff(new WatchOptions { TimeProvider = TimeProvider.System, Seed = seed }).Next(TimeSpan.FromSeconds(asked))
            .TotalSeconds;
        var honoured = Math.Min(asked, 300);
        Assert.That(pause, Is.InRange(honoured - 1e-6, (honoured * 1.2) + 1e-6));
    });
}
