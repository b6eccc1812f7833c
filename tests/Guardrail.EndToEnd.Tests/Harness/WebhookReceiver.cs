using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>Somebody who is notified, on loopback.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<JsonObject> got = Channel.CreateUnbounded<JsonObject>();

    private WebhookReceiver(WebApplication app) => this.app = app;

    public string Url => app.Urls.First() + "/secret-path";

    public static async Task<WebhookReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var made = new WebhookReceiver(builder.Build());
        made.app.Run(async context =>
            made.got.Writer.TryWrite((await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject()));
        await made.app.StartAsync(cancellationToken);
        return made;
    }

    /// <summary>The next notification of an event; others before it are passed over.</summary>
    public async Task<JsonObject> UntilAsync(string what, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await got.Reader.ReadAsync(cancellationToken);
            if ((string?)next["event"] == what)
            {
                return next;
            }
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
