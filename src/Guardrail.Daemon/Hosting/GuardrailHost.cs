using System.Net;
using Guardrail.Daemon.Admission;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Leading;
using Guardrail.Daemon.Notifications;
using Guardrail.Daemon.Sidecar;
using Guardrail.Daemon.Status;
using Guardrail.Daemon.Telemetry;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Configuration;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;
using Guardrail.Kubernetes.Workloads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serilog;

namespace Guardrail.Daemon.Hosting;

/// <summary>Puts the daemon together and runs it.</summary>
public sealed class GuardrailHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly KubernetesConnection connection;
    private readonly TimeSpan lossLimit;
    private readonly Leadership leadership;

    private GuardrailHost(WebApplication app, KubernetesConnection connection, LeaderElection election) =>
        (this.app, this.connection, lossLimit, leadership) =
            (app, connection, (election.Duration - election.RenewDeadline) / 2, app.Services.GetRequiredService<Leadership>());

    /// <summary>Whether the daemon can do its work now.</summary>
    public Readiness Readiness => app.Services.GetRequiredService<Readiness>();

    /// <summary>Where the status page, /healthz, /readyz and /metrics are served, once started.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>Runs the daemon until cancelled or told to stop by a signal.</summary>
    /// <param name="options">How it is started.</param>
    /// <param name="log">How the log is written.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Exit code: 0 when it was stopped, 2 when it could not start, 3 when it failed, 4 when it lost the lead.</returns>
    public static async Task<int> RunAsync(DaemonOptions options, LogOptions log, CancellationToken cancellationToken)
    {
        GuardrailHost? host = null;
        try
        {
            host = await StartAsync(options, log, [], TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return await host.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (StartFaults.Describe(fault, options) is { } sentence)
        {
            await Console.Error.WriteLineAsync($"guardrail: {sentence}").ConfigureAwait(false);
            return 2;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            if (host is not null)
            {
                await host.EndAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Checks everything that can be checked beforehand and starts the daemon.</summary>
    /// <param name="options">How it is started.</param>
    /// <param name="log">How the log is written; null for no log.</param>
    /// <param name="listeners">Told of everything seen and decided, beside the log and the instruments.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ConfigurationException">Something that a person wrote cannot be used.</exception>
    /// <exception cref="OptionsValidationException">An option is out of its range.</exception>
    /// <exception cref="IOException">The address to listen on is taken.</exception>
    public static async Task<GuardrailHost> StartAsync(
        DaemonOptions options, LogOptions? log, IEnumerable<IDecisionListener> listeners, TimeProvider time, CancellationToken cancellationToken)
    {
        Validate(options);
        var policies = options.ClusterPolicies || options.Sidecar is not null ? [] : PolicyFiles.Load(options);
        var listen = ListenAddress.Parse(options.Listen);
        var prometheus = MetricSources.Check(options);
        var notifications = options.Notifications.Resolve();
        ListenAddress.RequireFree(listen);
        var connection = KubernetesConnection.Create(options.Kubeconfig, options.Context);
        WebApplication? app = null;
        try
        {
            var version = await connection.ProbeAsync(time, cancellationToken).ConfigureAwait(false);
            var own = await SidecarSetup.FindAsync(connection.Api, options.Sidecar, time, cancellationToken).ConfigureAwait(false);
            policies = own is null ? policies : [SidecarPolicy.For(own.Id, options)];
            var election = own is null ? options.LeaderElection : SidecarSetup.Election(options.LeaderElection, own);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "guardrail" });
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(listen));
            builder.Services.AddRoutingCore();
            builder.Logging.ClearProviders();
            builder.Services.AddSerilog(LogSetup.Create(log), dispose: true);
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
            builder.Services.AddMetrics();
            builder.Services.AddSingleton(time);
            builder.Services.AddSingleton<Leadership>();
            builder.Services.AddSingleton<Readiness>();
            builder.Services.AddSingleton<PrometheusExposition>();
            builder.Services.AddSingleton<GuardrailInstruments>();
            builder.Services.AddSingleton<IDecisionListener>(services => services.GetRequiredService<GuardrailInstruments>());
            builder.Services.AddSingleton<IDecisionListener, DecisionLog>();
            foreach (var listener in listeners)
            {
                builder.Services.AddSingleton(listener);
            }

            var api = connection.Api;
            var unrecorded = await RecordSetup.AddAsync(builder.Services, api, options, own?.Id, time, cancellationToken).ConfigureAwait(false);
            policies = await PolicySetup.AddAsync(builder.Services, api, options, policies, time, cancellationToken).ConfigureAwait(false);
            builder.Services.AddSingleton(new GuardLoopOptions(policies, options.Backfill) { FleetLimit = options.FleetLimit });
            var feed = new FeedOptions { Watch = new WatchOptions { TimeProvider = time }, Only = own };
            // Who names the namespaces has Roles there, and not the ClusterRole that a watch of the whole cluster takes.
            feed = options.Namespaces.Count > 0 ? feed with { ClusterWideFrom = int.MaxValue } : feed;
            builder.Services.AddSingleton<WorkloadFeedFactory>(selected => new KubernetesWorkloadFeed(api, selected, feed));
            builder.Services.AddSingleton<IActuator>(services => new FencedActuator(
                new KubernetesActuator(api, new ActuatorOptions { TimeProvider = time, Instance = Dns.GetHostName() }),
                services.GetRequiredService<Leadership>()));
            builder.Services.AddSingleton(new ConfigurationSurvey(api, new ActuatorOptions { TimeProvider = time, Instance = Dns.GetHostName() }));
            builder.Services.AddSingleton<IDecisionListener, ConfigurationWatch>();
            NotificationSetup.Add(builder.Services, notifications);
            MetricSources.Add(builder.Services, prometheus);
            builder.Services.AddSingleton<ActionRunner>();
            builder.Services.AddSingleton<GuardLoop>();
            StatusSetup.Add(builder.Services);
            AdmissionSetup.Add(builder.Services, options.Admission, api);
            LeadingSetup.Add(builder.Services, election, connection);
            app = builder.Build();

            // The exposition listens before the first instrument is made; it cannot see what was there earlier.
            var exposition = app.Services.GetRequiredService<PrometheusExposition>();
            app.MapHealth(app.Services.GetRequiredService<Readiness>(), exposition);
            StatusSetup.Map(app, $"Kubernetes {version}", unrecorded);
            await MetricSources.ProbeAsync(app.Services, cancellationToken).ConfigureAwait(false);
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            if (unrecorded is not null)
            {
                HostLog.Unrecorded(app.Logger, unrecorded);
            }

            if (options.Admission.Listen is null && policies.Any(p => p.Contest.Action == ContestAction.Refuse))
            {
                HostLog.NobodyRefuses(app.Logger);
            }

            PolicySetup.LogLimits(app.Logger, options, policies);
            HostLog.Started(app.Logger, version, connection.Source, policies.Length, app.Urls.First());
            return new GuardrailHost(app, connection, election);
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync().ConfigureAwait(false);
            }

            connection.Dispose();
            throw;
        }
    }

    /// <summary>Where the API server's questions are answered, over TLS; null where they are not.</summary>
    public Uri? AdmissionAddress => app.Services.GetService<AdmissionServer>()?.Address;

    /// <summary>Waits until the API server trusts the admission endpoint.</summary>
    public Task WaitForAdmissionAsync(CancellationToken cancellationToken) =>
        app.Services.GetService<CertificateKeeper>()?.Served.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Waits until the daemon stops.</summary>
    /// <returns>0 when it was stopped, 3 when its loop failed, 4 when it lost the lead.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        var stopped = app.WaitForShutdownAsync(cancellationToken);
        await Task.WhenAny(stopped, GivenUpAsync()).ConfigureAwait(false);
        if (leadership.State is LeadershipState.Lost)
        {
            return LeaseLost;
        }

        await stopped.ConfigureAwait(false);
        return LoopFault is null ? 0 : 3;
    }

    /// <summary>Stops the daemon: writes under way are finished first.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync().ConfigureAwait(false);
        connection.Dispose();
    }

    /// <summary>Exit code of a process that lost the lead.</summary>
    private const int LeaseLost = 4;

    /// <summary>Completes when the lead was lost and the time to stop in good order is over: another may take over soon.</summary>
    private async Task GivenUpAsync()
    {
        await leadership.WhenLost.ConfigureAwait(false);
        await Task.Delay(lossLimit, app.Services.GetRequiredService<TimeProvider>()).ConfigureAwait(false);
    }

    /// <summary>Frees everything, but does not wait for it when the lead is lost.</summary>
    private async Task EndAsync()
    {
        var disposing = DisposeAsync().AsTask();
        if (leadership.State is LeadershipState.Lost)
        {
            await Task.WhenAny(disposing, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System)).ConfigureAwait(false);
        }
        else
        {
            await disposing.ConfigureAwait(false);
        }
    }

    private Exception? LoopFault => app.Services.GetRequiredService<GuardLoop>().ExecuteTask?.Exception;

    private static void Validate(DaemonOptions options)
    {
        if (DaemonOptionsValidator.Complaints(options) is { Count: > 0 } complaints)
        {
            throw new OptionsValidationException(nameof(DaemonOptions), typeof(DaemonOptions), complaints);
        }
    }
}
