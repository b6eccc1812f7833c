using Guardrail.Daemon.Health;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Health;

internal sealed class ReadinessTests
{
    private static readonly SignalId Errors = new("errors");

    [Test]
    public void Nothing_is_ready_at_the_start_and_each_part_says_why()
    {
        var readiness = new Readiness(new FakeTimeProvider());

        Assert.That(readiness.Parts.Select(p => (p.Name, p.Problem)), Is.EqualTo(new[]
        {
            ("kubernetes", "the workloads have not been listed yet"), ("metrics", "no metrics have been read yet"),
        }));
    }

    [Test]
    public void Metrics_are_ready_while_one_signal_tells_something()
    {
        var metrics = new MetricsReadiness();
        metrics.Take(new(default, [new SignalReport.NoEvidence(Errors, "down"), new SignalReport.Counters(new("latency"), [], [], [])]));
        Assert.That(metrics.Problem, Is.Null);

        metrics.Take(new(default, [new SignalReport.NoEvidence(Errors, "down"), new SignalReport.NoEvidence(new("latency"), "too")]));
        Assert.That(metrics.Problem, Is.EqualTo("down"));
    }

    [Test]
    public void With_nothing_to_read_metrics_are_ready_but_a_failed_probe_stays_told()
    {
        var idle = new MetricsReadiness();
        idle.NothingToRead();
        Assert.That(idle.Problem, Is.Null);

        var failed = new MetricsReadiness();
        failed.Fail("unreachable");
        failed.NothingToRead();
        Assert.That(failed.Problem, Is.EqualTo("unreachable"));
    }

    [Test]
    public void The_loop_is_idle_since_it_last_turned()
    {
        var time = new FakeTimeProvider();
        var readiness = new Readiness(time);
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.That(readiness.LoopIdle, Is.EqualTo(TimeSpan.FromMinutes(3)));
        readiness.LoopTurned();
        Assert.That(readiness.LoopIdle, Is.EqualTo(TimeSpan.Zero));
    }
}
