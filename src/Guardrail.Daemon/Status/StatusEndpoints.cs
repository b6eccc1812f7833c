using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Workloads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guardrail.Daemon.Status;

/// <summary>The status page: / for everything, /rollouts/NAMESPACE/KIND/NAME for one workload. It is read only, and has no script.</summary>
internal static class StatusEndpoints
{
    private static readonly string Policy =
        $"default-src 'none'; style-src {StatusStyle.Hash}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapStatus(
        this IEndpointRouteBuilder routes, StatusWindow window, StatusBoard board, Readiness readiness, PolicyStandings policies, StatusFacts facts,
        TimeProvider time)
    {
        routes.MapGet("/", async (HttpContext context) => await WriteAsync(context, OverviewPage.Render(await ViewAsync(context))));
        routes.MapGet("/rollouts/{namespace}/{kind}/{name}", async (HttpContext context, string @namespace, string kind, string name) =>
        {
            var view = await ViewAsync(context);
            var page = Enum.TryParse<WorkloadKind>(kind, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed)
                ? WorkloadPage.Render(view, new(@namespace, parsed, name))
                : null;
            context.Response.StatusCode = page is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            await WriteAsync(context, page ?? MissingPage.Render(view, $"{@namespace}/{name}"));
        });

        async Task<StatusView> ViewAsync(HttpContext context)
        {
            var fleet = await window.LookAsync(context.RequestAborted);
            return new(time.GetUtcNow(), facts, readiness.Leadership.State, [.. readiness.Parts], fleet, board.Decisions, board.Signals)
            {
                Namespace = context.Request.Query["namespace"] is [{ Length: > 0 } name, ..] ? name : null,
                Unusable = [.. policies.All.Where(p => p.Newest.Problem is not null)],
                IsStill = context.Request.Query.ContainsKey("still"),
            };
        }
    }

    private static Task WriteAsync(HttpContext context, string page)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(page, context.RequestAborted);
    }
}
