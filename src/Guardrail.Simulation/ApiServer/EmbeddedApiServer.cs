using System.Globalization;
using System.Net;
using Guardrail.Simulation.Pods;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Serves an <see cref="ObjectStore"/> over loopback HTTP as enough of the Kubernetes API for real clients and kubectl.</summary>
/// <remarks>
/// It differs from a real server in these points: no protobuf (but for Secrets that are written so), of CEL rules only the simple ones (CelExpression), one version per custom resource,
/// no RBAC evaluation (a delegate decides), no wait for a version from the future. Validating webhooks are asked about creates, updates
/// (<c>/status</c> and <c>/scale</c> among them) and deletes; not about evictions, bindings and connections; they are found by URL, not by Service;
/// mutating ones do not exist. The proxy of a pod reaches loopback addresses, does not upgrade connections and does not rewrite pages. What it
/// answers otherwise is checked against recordings of a real server.
/// </remarks>
public sealed class EmbeddedApiServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly GarbageCollector? collector;
    private readonly CancellationTokenSource stopping;
    private int disposed;

    private EmbeddedApiServer(
        WebApplication app, ObjectStore store, GarbageCollector? collector, ApiFaults faults, ApiCounters counters,
        CancellationTokenSource stopping, Uri address)
    {
        this.app = app;
        this.collector = collector;
        this.stopping = stopping;
        Store = store;
        Faults = faults;
        Counters = counters;
        Address = address;
    }

    /// <summary>What is served.</summary>
    public ObjectStore Store { get; }

    /// <summary>Faults to inject.</summary>
    public ApiFaults Faults { get; }

    /// <summary>Counts of requests.</summary>
    public ApiCounters Counters { get; }

    /// <summary>Where it listens: <c>http://127.0.0.1:port/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server.</summary>
    public static async Task<EmbeddedApiServer> StartAsync(
        ObjectStore store, EmbeddedApiServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EmbeddedApiServerOptions();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.UTF8;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        var app = builder.Build();
        var faults = new ApiFaults();
        var counters = new ApiCounters();
        var stopping = new CancellationTokenSource();
        var collector = options.CollectsGarbage ? new GarbageCollector(store) : null;
        var pipeline = new RequestPipeline(store, options, faults, counters, collector, stopping.Token);
        app.Run(pipeline.HandleAsync);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new EmbeddedApiServer(app, store, collector, faults, counters, stopping, new Uri(address));
    }

    /// <summary>Deletes what owners left behind that were deleted otherwise than through the API.</summary>
    internal void CollectGarbage() => collector?.Collect();

    /// <summary>Writes a kubeconfig for this server.</summary>
    /// <param name="path">The file; it is replaced.</param>
    /// <param name="token">Bearer token; null for requests without credentials.</param>
    /// <param name="ns">Namespace of the context.</param>
    public void WriteKubeconfig(string path, string? token = null, string ns = "default")
    {
        // Clients insist on credentials of some kind; without a token the server takes everybody for its anonymous user.
        var user = token is null ? "{username: anyone, password: anything}" : $"{{token: \"{token}\"}}";
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $$"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: simulation
              cluster: {server: "{{Address.AbsoluteUri.TrimEnd('/')}}"}
            users:
            - name: simulation
              user: {{user}}
            contexts:
            - name: simulation
              context: {cluster: simulation, user: simulation, namespace: {{ns}}}
            current-context: simulation

            """));
    }

    /// <summary>Ends all watches and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await stopping.CancelAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        collector?.Dispose();
        Faults.Dispose();
        stopping.Dispose();
    }
}
