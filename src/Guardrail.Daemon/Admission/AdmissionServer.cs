using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Admission;

/// <summary>The admission endpoint on its own port, over TLS. It answers whether this process leads or not.</summary>
internal sealed partial class AdmissionServer(
    IPEndPoint listen, AdmissionEndpoint endpoint, CertificateKeeper certificates, ILoggerFactory logging) : IHostedService, IAsyncDisposable
{
    private readonly ILogger logger = logging.CreateLogger<AdmissionServer>();
    private WebApplication? app;

    /// <summary>Where it listens, once started.</summary>
    public Uri Address => new(app!.Urls.First());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "guardrail" });
        builder.Services.AddSingleton(logging);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AdmissionEndpoint.BodyLimit;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Listen(listen, port => port.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificateSelector = (_, _) => certificates.Certificate,
                HandshakeTimeout = TimeSpan.FromSeconds(5),
            }));
        });
        app = builder.Build();
        app.Run(endpoint.HandleAsync);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        LogListening(app.Urls.First());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (app is not null)
        {
            await app.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(103, LogLevel.Information, "Answering the API server's questions on {Address}")]
    private partial void LogListening(string address);
}
