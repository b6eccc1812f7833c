using System.Collections.Immutable;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Scraping;

/// <summary>
/// Reads the pods' own metrics pages: for the demo, the sidecar, and clusters whose Prometheus scrapes too slowly. Each page is read once
/// per
/// tick, however many signals there are. Keeps no history. Safe for concurrent use.
/// </summary>
public sealed class ScrapeSource : IMetricSource
{
    private readonly ScrapeOptions options;
    private readonly TimeProvider time;
    private readonly IMetricSourceObserver observer;
    private readonly PlanCache plans = new();
    private readonly PodScraper scraper;

    /// <summary>Makes a source.</summary>
    /// <param name="http">Client from <see cref="Http.MetricHttp"/>: one that follows redirects is refused when it does. Not disposed of
    /// here.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">Clock; a reading's time is when its page was asked for.</param>
    /// <param name="observer">Told of every scrape and fault; null when nobody listens.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ScrapeSource(HttpClient http, ScrapeOptions options, TimeProvider time, IMetricSourceObserver? observer = null)
    {
        options.Validate();
        (this.options, this.time, this.observer) = (options, time, observer ?? SilentObserver.Instance);
        scraper = new PodScraper(http, options, time, this.observer, new StringPool());
    }

    /// <inheritdoc/>
    public string Name => "direct scrape of the pods";

    /// <inheritdoc/>
    public bool KeepsHistory => false;

    /// <inheritdoc/>
    public async ValueTask<MetricReport> ReadAsync(MetricScope scope, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var outcomes = scope.Signals.Select(plans.Get).ToArray();
        var requests = outcomes.Where(static o => o.Plan is not null).Select(static o => o.Plan!.Request).Distinct().ToArray();
        var wanted = requests.SelectMany(static r => r.Singles).Distinct().Select(static r => new WantedSeries(r)).ToArray();
        var pages = await ScrapeAsync([.. scope.Pods.DistinctBy(static pod => pod.Id)], wanted, cancellationToken);
        var gathered = requests.Select(request => PageGathering.Of(request, wanted, pages)).ToDictionary(static g => g.Request);
        var reports = ImmutableArray.CreateBuilder<SignalReport>(outcomes.Length);
        for (var i = 0; i < outcomes.Length; i++)
        {
            var report = outcomes[i].Plan is { } plan
                ? Report(plan, gathered[plan.Request], pages.Length)
                : new SignalReport.NoEvidence(scope.Signals[i].Id, outcomes[i].Problem);
            ScopeReport.Tell(observer, report);
            reports.Add(report);
        }

        return new MetricReport(at, reports.MoveToImmutable());
    }

    /// <inheritdoc/>
    /// <remarks>Always empty: pages keep no history.</remarks>
    public IAsyncEnumerable<MetricReport> BackfillAsync(
        MetricScope scope, DateTimeOffset from, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<MetricReport>();

    private static SignalReport Report(SignalPlan plan, PageGathering gathered, int pods) => pods == 0
        ? new SignalReport.NoEvidence(plan.Id, "There is no pod to scrape.")
        : ScopeReport.WithoutBlindness(
            plan.Assemble(gathered.Batch, gathered.Frame, [], $"{plan.Request.Metric} on the pods' metrics pages"));

    private async Task<PodPage[]> ScrapeAsync(PodView[] pods, WantedSeries[] wanted, CancellationToken cancellationToken)
    {
        var pages = new PodPage[pods.Length];
        using var budget = new CancellationTokenSource(options.ReadBudget, time);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.ConcurrentScrapes, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0, pods.Length, parallel, async (i, token) => pages[i] = await scraper.ScrapeAsync(pods[i], wanted, budget.Token, token));
        return pages;
    }
}
