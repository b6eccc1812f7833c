using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Scraping;

/// <summary>The series of one request from the pages of all pods.</summary>
internal sealed record PageGathering(SeriesRequest Request, SampleBatch Batch, SampleFrame Frame)
{
    public static PageGathering Of(SeriesRequest request, int wanted, IEnumerable<PodPage> pages)
    {
        var batch = new SampleBatch(request);
        var frame = new SampleFrame();
        foreach (var page in pages)
        {
            var pod = batch.Pod(page.Pod);
            frame.SetScrapedAt(pod, page.At);
            var found = false;
            foreach (var row in page.Rows)
            {
                if (row.Wanted == wanted)
                {
                    found = true;
                    frame.Add(batch.AddRow(pod, string.Empty, string.Empty, row.Labels), row.Value);
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
