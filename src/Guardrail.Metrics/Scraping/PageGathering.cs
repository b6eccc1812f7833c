using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Scraping;

/// <summary>The series of one request from the pages of all pods.</summary>
internal sealed record PageGathering(SeriesRequest Request, SampleBatch Batch, SampleFrame Frame)
{
    /// <param name="request">The request.</param>
    /// <param name="all">What the pages were searched for; the request's metrics are among it.</param>
    /// <param name="pages">The pages.</param>
    public static PageGathering Of(SeriesRequest request, WantedSeries[] all, IEnumerable<PodPage> pages)
    {
        var wanted = Array.FindIndex(all, series => series.Request == request.Alone);
        var companion = Array.FindIndex(all, series => series.Request == request.OfCompanion);
        var batch = new SampleBatch(request);
        var frame = new SampleFrame();
        foreach (var page in pages)
        {
            var pod = batch.Pod(page.Pod);
            frame.SetScrapedAt(pod, page.At);
            if (companion >= 0)
            {
                // One page is one scrape.
                frame.SetScrapedAt(pod, string.Empty, companion: false, page.At);
                frame.SetScrapedAt(pod, string.Empty, companion: true, page.At);
            }

            var found = false;
            foreach (var row in page.Rows)
            {
                if (row.Wanted == wanted || row.Wanted == companion)
                {
                    found |= row.Wanted == wanted;
                    frame.Add(batch.AddRow(pod, string.Empty, string.Empty, row.Labels, row.Wanted == companion), row.Value);
                }
            }

            if (page.Fault is not null)
            {
                frame.Fault(pod, page.Fault);
            }
            else if (!found)
            {
                frame.Fault(pod, Missing(request, page.TypeOf(wanted)));
            }
        }

        return new PageGathering(request, batch, frame);
    }

    private static string Missing(SeriesRequest request, string? type) => type switch
    {
        "summary" => $"its page declares a summary, which has no {request.Metric}: use a histogram.",
        "gauge" => $"its page declares a gauge, and has no {request.Metric}.",
        _ => $"its page has no {request.Metric}: it had no traffic yet, or the metric has another name.",
    };
}
