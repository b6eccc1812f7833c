using System.Text;
using Guardrail.Daemon.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guardrail.Daemon.Health;

/// <summary>/healthz: is the loop alive, or, while another leads, the look at the lease; /readyz: can it do its work now; /metrics: the daemon's instruments.</summary>
internal static class HealthEndpoints
{
    /// <summary>How long the loop may handle nothing before the process counts as stuck.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(2);

    public static void MapHealth(this IEndpointRouteBuilder routes, Readiness readiness, PrometheusExposition exposition)
    {
        routes.MapGet("/healthz", () => readiness.LoopIdle < Stuck
            ? Results.Text("ok\n")
            : Results.Text($"the guard loop has handled nothing for {readiness.LoopIdle.TotalSeconds:0} s\n", statusCode: StatusCodes.Status503ServiceUnavailable));
        routes.MapGet("/readyz", () =>
        {
            var text = new StringBuilder();
            foreach (var part in readiness.Parts)
            {
                text.Append(part.Problem is null ? "[+] " : "[-] ").Append(part.Name).Append(part.Problem is { } problem ? ": " + problem : " ok" + (part.Remark is { } remark ? ": " + remark : "")).Append('\n');
            }

            var ready = readiness.Parts.All(p => p.Problem is null);
            return Results.Text(text.ToString(), statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        routes.MapGet("/metrics", async (HttpContext context) =>
        {
            context.Response.ContentType = PrometheusExposition.ContentType;
            await exposition.WriteAsync(context.Response.Body, context.RequestAborted);
        });
    }
}
