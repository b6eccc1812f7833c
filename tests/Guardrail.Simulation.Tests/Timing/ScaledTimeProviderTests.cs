using Guardrail.Simulation.Timing;

namespace Guardrail.Simulation.Tests.Timing;

public sealed class ScaledTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Test]
    [CancelAfter(10_000)]
    public async Task Waits_are_shorter_by_the_speed_and_never_end_early(CancellationToken cancellationToken)
    {
        var time = new ScaledTimeProvider(Start, 100);
        var real = TimeProvider.System.GetTimestamp();
        var (stamp, due) = (time.GetTimestamp(), time.GetUtcNow() + TimeSpan.FromSeconds(10));
        await Task.Delay(TimeSpan.FromSeconds(10), time, cancellationToken);
        Assert.Multiple(() =>
        {
            Assert.That(time.GetUtcNow(), Is.GreaterThanOrEqualTo(due));
            Assert.That(time.GetElapsedTime(stamp), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(TimeProvider.System.GetElapsedTime(real), Is.LessThan(TimeSpan.FromSeconds(9)));
        });
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task A_periodic_timer_ticks_by_the_clock(CancellationToken cancellationToken)
    {
        var time = new ScaledTimeProvider(Start, 50);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        for (var i = 0; i < 5; i++)
        {
            Assert.That(await timer.WaitForNextTickAsync(cancellationToken), Is.True);
        }

        Assert.That(time.GetUtcNow() - Start, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(4.9)));
    }

    [Test]
    public void It_can_be_set_forward_but_not_back()
    {
        var time = new ScaledTimeProvider(Start, 1);
        time.Skip(TimeSpan.FromHours(1));
        Assert.Multiple(() =>
        {
            Assert.That(time.GetUtcNow() - Start, Is.InRange(TimeSpan.FromHours(1), TimeSpan.FromHours(2)));
            Assert.That(() => time.Skip(TimeSpan.FromSeconds(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new ScaledTimeProvider(Start, 0.5), Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }
}
