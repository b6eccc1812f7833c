using System.Security.Cryptography;
using System.Text;
using Guardrail.Simulation.ApiServer;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.Pods;

/// <summary>
/// A pod of a drill in a real cluster: a server without work of its own that looks as its orders say. They come from the coordinator, by
/// <c>PUT /orders</c>; <c>/ready</c> and <c>/metrics</c> show them to the kubelet and to Guardrail.
/// </summary>
public sealed class DrillPod : IAsyncDisposable
{
    private const string Nobody = "Nobody plays this drill any more: its last orders are older than 30 s.";
    private readonly DrillPodOptions options;
    private readonly byte[] token;
    private SmallServer? server;
    private Heard? heard;
    private int exiting;

    private DrillPod(DrillPodOptions options) => (this.options, token) = (options, Encoding.UTF8.GetBytes(options.Token));

    /// <summary>Where it listens.</summary>
    public Uri Address => server!.Address;

    /// <summary>Starts to serve.</summary>
    /// <param name="options">Where and as what.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<DrillPod> StartAsync(DrillPodOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Token);
        var pod = new DrillPod(options);
        pod.server = await SmallServer.StartAsync(options.Listen, pod.AnswerAsync, cancellationToken);
        return pod;
    }

    /// <summary>Stops serving, at the latest after 2 s.</summary>
    public ValueTask DisposeAsync() => server!.DisposeAsync();

    private Task AnswerAsync(HttpContext call) => (call.Request.Method, call.Request.Path.Value) switch
    {
        ("PUT", DrillOrders.Path) => HearAsync(call),
        ("GET", "/ready") => Volatile.Read(ref heard) is { Orders.Ready: true }
            ? TextAnswer.SayAsync(call, 200, "Ready, as ordered.")
            : TextAnswer.SayAsync(call, 503, "Not ready: no orders say so."),
        ("GET", "/metrics") => MetricsAsync(call),
        ("GET", "/") => TextAnswer.SayAsync(call, 200, WhatItIs()),
        (_, DrillOrders.Path or "/ready" or "/metrics" or "/") => TextAnswer.SayAsync(call, 405, "Orders are PUT to /orders; everything else is read by GET."),
        _ => TextAnswer.SayAsync(call, 404, "There are /orders, /ready, /metrics and /, which says what this pod is."),
    };

    private Task MetricsAsync(HttpContext call)
    {
        if (Volatile.Read(ref heard) is not { } last || options.TimeProvider.GetElapsedTime(last.At) > DrillOrders.MetricsLast)
        {
            return TextAnswer.SayAsync(call, 503, Nobody);
        }

        return last.Orders.Metrics is { } text
            ? TextAnswer.WriteAsync(call, text, TextAnswer.MetricsType)
            : TextAnswer.SayAsync(call, 503, "The drill wants this pod to serve no metrics now.");
    }

    private async Task HearAsync(HttpContext call)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(call.Request.Headers[DrillOrders.TokenHeader].ToString()), token))
        {
            await TextAnswer.SayAsync(call, 403, $"Orders must bring this drill's token in the header {DrillOrders.TokenHeader}.");
            return;
        }

        if (!call.Request.HasJsonContentType())
        {
            await TextAnswer.SayAsync(call, 415, "Orders are of the content type application/json.");
            return;
        }

        try
        {
            var orders = DrillOrders.Parse(await RequestBody.ReadAsync(call.Request, call.RequestAborted, DrillOrders.MostBytes));
            Volatile.Write(ref heard, new Heard(orders, options.TimeProvider.GetTimestamp()));
            call.Response.StatusCode = StatusCodes.Status204NoContent;
            if (orders.Exit is { } exit && Interlocked.Exchange(ref exiting, 1) == 0)
            {
                call.Response.OnCompleted(() =>
                {
                    options.Exit(exit);
                    return Task.CompletedTask;
                });
            }
        }
        catch (ApiException fault) when (fault.Code == StatusCodes.Status413PayloadTooLarge)
        {
            await TextAnswer.SayAsync(call, fault.Code, "Orders may be no larger than 1 MiB.");
        }
        catch (FormatException fault)
        {
            await TextAnswer.SayAsync(call, 400, fault.Message);
        }
    }

    private string WhatItIs()
    {
        var revision = options.Revision.Length > 0 ? $"revision {options.Revision} of " : "";
        var service = options.Service.Length > 0 ? options.Service : "a service";
        return $"This pod plays {revision}{service} in a drill of Guardrail and does no work of its own; "
            + $"end the drill with: kubectl delete configmap guardrail-drill -n {options.Namespace}";
    }

    /// <summary>The last orders.</summary>
    private sealed record Heard(DrillOrders Orders, long At);
}
