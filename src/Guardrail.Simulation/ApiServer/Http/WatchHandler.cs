using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Watches as a stream of JSON lines (recordings 04b, 04c). Bookmarks and the end keep the time of the store's clock.</summary>
internal sealed class WatchHandler(ObjectStore store, ApiFaults faults, ApiCounters counters)
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastBookmark = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    public async Task HandleAsync(ApiRequest request, IReadOnlyList<ApiFault> injected, CancellationToken stopping)
    {
        var timeout = request.Number("timeoutSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : DefaultTimeout;
        var selector = request.Selector();
        var start = Start(request);
        var bookmarks = request.Flag("allowWatchBookmarks");
        StoreWatch watch;
        try
        {
            watch = injected.Any(f => f is ApiFault.Expired)
                ? throw ApiErrors.TooOld(start.From ?? 0, store.Version)
                : store.Watch(request.Type, request.Namespace, selector, start.From);
        }
        catch (ApiException gone) when (gone.Code == 410)
        {
            Begin(request.Http);
            await new WatchWriter(request, store.Time).ErrorAsync(gone, stopping);
            return;
        }

        counters.WatchOpened();
        try
        {
            using (watch)
            {
                await StreamAsync(request, watch, new Plan(timeout, bookmarks, start.EndsInitial && bookmarks, Break(injected)), stopping);
            }
        }
        finally
        {
            counters.WatchClosed();
        }
    }

    private static void Begin(HttpContext http)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = "application/json";
    }

    private static int? Break(IReadOnlyList<ApiFault> injected) => injected.OfType<ApiFault.BreakWatch>().FirstOrDefault()?.AfterEvents;

    private async Task StreamAsync(ApiRequest request, StoreWatch watch, Plan plan, CancellationToken stopping)
    {
        var http = request.Http;
        Begin(http);
        await http.Response.StartAsync(stopping);
        var writer = new WatchWriter(request, store.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var dropped = faults.WatchesDropped;
        using var whenDropped = dropped.Register(http.Abort);
        var end = store.Time.GetUtcNow() + plan.Timeout;
        var nextBookmark = plan.Bookmarks ? NextBookmark(store.Time.GetUtcNow(), end) : DateTimeOffset.MaxValue;
        var reading = true;
        await WriteReadyAsync(watch, writer, plan, ended.Token);
        if (plan.EndsInitial)
        {
            await writer.BookmarkAsync(Math.Max(watch.StartVersion, 0), true, ended.Token);
        }

        await http.Response.Body.FlushAsync(ended.Token);
        while (reading && !Broken(http, writer, plan))
        {
            var now = store.Time.GetUtcNow();
            if (now >= end)
            {
                return;
            }

            if (now >= nextBookmark)
            {
                await writer.BookmarkAsync(Math.Max(store.Version, watch.StartVersion), false, ended.Token);
                await http.Response.Body.FlushAsync(ended.Token);
                nextBookmark = NextBookmark(now, end);
            }

            reading = await WaitAsync(watch, (nextBookmark < end ? nextBookmark : end) - now, ended.Token);
            await WriteReadyAsync(watch, writer, plan, ended.Token);
            await http.Response.Body.FlushAsync(ended.Token);
        }
    }

    private static bool Broken(HttpContext http, WatchWriter writer, Plan plan)
    {
        if (plan.BreakAfter is { } most && writer.Count >= most)
        {
            http.Abort();
            return true;
        }

        return false;
    }

    private static DateTimeOffset NextBookmark(DateTimeOffset now, DateTimeOffset end)
    {
        var regular = now + BookmarkInterval;
        var last = end - LastBookmark;
        return now < last && last < regular ? last : regular;
    }

    private async ValueTask<bool> WaitAsync(StoreWatch watch, TimeSpan most, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(most < TimeSpan.Zero ? TimeSpan.Zero : most, store.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await watch.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    private static async Task WriteReadyAsync(StoreWatch watch, WatchWriter writer, Plan plan, CancellationToken cancellationToken)
    {
        while ((plan.BreakAfter is null || writer.Count < plan.BreakAfter) && watch.TryRead(out var change))
        {
            await writer.EventAsync(change, cancellationToken);
        }
    }

    private (long? From, bool EndsInitial) Start(ApiRequest request)
    {
        var given = request.Query("resourceVersion");
        var match = request.Query("resourceVersionMatch");
        var initial = request.Query("sendInitialEvents");
        Check(match, initial);
        long version = 0;
        if (!string.IsNullOrEmpty(given) && !long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out version))
        {
            throw new ApiException(
                500, "", $"resourceVersion: Invalid value: \"{given}\": strconv.ParseUint: parsing \"{given}\": invalid syntax");
        }

        return initial switch
        {
            null when version == 0 => (null, string.IsNullOrEmpty(given)),
            null => (version, false),
            "false" or "0" => (version == 0 ? store.Version : version, false),
            _ => (null, true),
        };
    }

    private static void Check(string? match, string? initial)
    {
        const string Field = "resourceVersionMatch";
        if (initial is null && !string.IsNullOrEmpty(match))
        {
            throw OptionErrors.Invalid(
                "ListOptions",
                FieldError.Forbidden(Field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }

        if (initial is not null && match != "NotOlderThan")
        {
            var required = FieldError.Forbidden(Field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            FieldError[] errors = string.IsNullOrEmpty(match)
                ? [required]
                : [required, FieldError.NotSupported(Field, $"\"{match}\"", ["NotOlderThan"])];
            throw OptionErrors.Invalid("ListOptions", errors);
        }
    }

    private sealed record Plan(TimeSpan Timeout, bool Bookmarks, bool EndsInitial, int? BreakAfter);
}
