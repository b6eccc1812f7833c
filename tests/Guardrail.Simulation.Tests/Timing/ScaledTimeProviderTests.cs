using Guardrail.Simulation.Timing;
using Microsoft.Extensions.Time.Testing;

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
    public void A_periodic_timer_keeps_to_the_clock_though_timers_know_whole_milliseconds_only()
    {
        var real = new FakeTimeProvider();
        var time = new ScaledTimeProvider(Start, 70, real);
        var rung = new List<DateTimeOffset>();
        using var timer = time.CreateTimer(_ => rung.Add(time.GetUtcNow()), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        for (var millisecond = 0; millisecond < 1005; millisecond++)
        {
            real.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(rung, Has.Count.EqualTo(70));
        Assert.That(rung.Select((at, i) => (at - Start).TotalSeconds - (i + 1)), Has.All.InRange(0, 0.2), "two milliseconds, 70 times as fast");
    }

    [Test]
    public void A_timer_that_is_changed_forgets_its_period()
    {
        var real = new FakeTimeProvider();
        var time = new ScaledTimeProvider(Start, 10, real);
        var rung = 0;
        using var timer = time.CreateTimer(_ => rung++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        real.Advance(TimeSpan.FromMilliseconds(101));
        Assert.That(rung, Is.EqualTo(1));
        timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        real.Advance(TimeSpan.FromSeconds(2));
        Assert.That(rung, Is.EqualTo(2), "it was changed to ring once");
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
