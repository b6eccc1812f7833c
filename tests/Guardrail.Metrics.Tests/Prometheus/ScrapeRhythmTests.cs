using Guardrail.Metrics.Prometheus;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Tests.Prometheus;

internal sealed class ScrapeRhythmTests
{
    private readonly SampleBatch batch = new(new SeriesRequest("m", "namespace", "pod", []));

    [Test]
    public void Three_slow_intervals_are_waited_for_before_counters_are_stale()
    {
        var rhythm = new ScrapeRhythm(TimeSpan.FromSeconds(60));
        var pod = batch.Pod(Scopes.Pod("a"));
        bool StaleAt(int now, int scraped)
        {
            var frame = new SampleFrame { EvaluatedAt = Scopes.Start.AddSeconds(now) };
            frame.SetScrapedAt(pod, Scopes.Start.AddSeconds(scraped));
            rhythm.FindStale(batch, frame);
            return frame.Faults.ContainsKey(pod);
        }

        Assert.That(StaleAt(61, 0), Is.True, "nothing is known of the interval yet");
        Assert.That(StaleAt(61, 60), Is.False);
        Assert.That(StaleAt(119, 60), Is.False);
        Assert.That(StaleAt(239, 60), Is.False, "60 s apart, so 180 s are waited");
        Assert.That(StaleAt(241, 60), Is.True);
    }
}
