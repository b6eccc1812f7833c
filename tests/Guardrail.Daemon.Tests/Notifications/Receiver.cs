using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Tests.Notifications;

/// <summary>A receiver on loopback that answers as a test wants.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Key, string Body)> got = new();
    private readonly Channel<byte> changed = Channel.CreateUnbounded<byte>();

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>How the next posts are answered, by their number from 1 on.</summary>
    public Func<int, HttpContext, Task> Answer { get; set; } = (_, context) => context.Response.WriteAsync("ok");

    public Uri Address => new(app.Urls.First() + "/services/secret-token");

    public (string Key, string Body)[] Got => [.. got];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MinResponseDataRate = null;
        });
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.TakeAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            await changed.Reader.ReadAsync(cancellationToken);
        }
    }

    public Task UntilGotAsync(int count, CancellationToken cancellationToken) => UntilAsync(() => got.Count >= count, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        got.Enqueue((context.Request.Headers["Idempotency-Key"].ToString(), body));
        var number = got.Count;
        changed.Writer.TryWrite(0);
        try
        {
            await Answer(number, context);
        }
        catch (OperationCanceledException)
        {
            // The daemon gave up waiting.
        }
    }
}
