using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>Counts queries. Stands in for Prometheus where only their number matters; every pod named to it has a hundred requests.</summary>
internal sealed class CountingPrometheus : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, int> queries = new(StringComparer.Ordinal);
    private readonly Func<IEnumerable<(string Namespace, string Pod)>> pods;

    private CountingPrometheus(WebApplication app, Func<IEnumerable<(string Namespace, string Pod)>> pods) => (this.app, this.pods) = (app, pods);

    public Uri Address => new(app.Urls.First());

    /// <summary>Queries so far, by the metric that they ask for.</summary>
    public IReadOnlyDictionary<string, int> Queries => queries.ToDictionary(StringComparer.Ordinal);

    public static async Task<CountingPrometheus> StartAsync(Func<IEnumerable<(string Namespace, string Pod)>> pods)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var made = new CountingPrometheus(builder.Build(), pods);
        // As a Delegate: taken for a RequestDelegate, its result would be thrown away.
        made.app.MapFallback((Delegate)made.AnswerAsync);
        await made.app.StartAsync();
        return made;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext call)
    {
        var form = call.Request.HasFormContentType ? await call.Request.ReadFormAsync() : null;
        var query = form?["query"].ToString() ?? call.Request.Query["query"].ToString();
        var isLatency = query.Contains("_bucket", StringComparison.Ordinal);
        var metric = isLatency ? "latency" : query.Contains("http_requests_total", StringComparison.Ordinal) ? "errors" : "other";
        queries.AddOrUpdate($"{call.Request.Path}:{metric}", 1, static (_, n) => n + 1);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        // The daemon's first question is vector(1).
        var rows = metric == "other" ? [Row("", "1", now)] : pods().SelectMany(p => Rows(p.Namespace, p.Pod, isLatency, now));
        return Results.Text(
            $$"""{"status":"success","data":{"resultType":"vector","result":[{{string.Join(',', rows)}}]} }""", "application/json");
    }

    private static IEnumerable<string> Rows(string ns, string pod, bool isLatency, double now)
    {
        var labels = $"\"namespace\":\"{ns}\",\"pod\":\"{pod}\"";
        yield return Row($"\"guardrail_part\":\"at\",{labels}", (now - 0.1).ToString("0.###", CultureInfo.InvariantCulture), now);
        foreach (var value in isLatency ? ["0.1", "+Inf"] : (string[])["200"])
        {
            var label = isLatency ? "le" : "code";
            yield return Row($"\"guardrail_part\":\"value\",{labels},\"instance\":\"{pod}\",\"job\":\"pods\",\"{label}\":\"{value}\"", "100", now);
        }
    }

    private static string Row(string labels, string value, double now) =>
        FormattableString.Invariant($$"""{"metric":{{{labels}}},"value":[{{now:0.###}},"{{value}}"]}""");
}
