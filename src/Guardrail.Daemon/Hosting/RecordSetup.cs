using System.Net;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Contest;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Hosting;

/// <summary>Decides at the start whether rollouts are recorded, and puts the parts together that do it.</summary>
internal static class RecordSetup
{
    /// <summary>Adds the journal.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="api">The connection.</param>
    /// <param name="options">Whether records are kept, and of which namespaces.</param>
    /// <param name="only">The only workload that is guarded; null where policies say which.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the look at the cluster.</param>
    /// <returns>Why no records are kept, in one sentence to be logged; null when they are, or are not wanted.</returns>
    /// <exception cref="ConfigurationException">Records are required and cannot be kept.</exception>
    public static async Task<string?> AddAsync(
        IServiceCollection services, ApiClient api, DaemonOptions options, WorkloadId? only, TimeProvider time, CancellationToken cancellationToken)
    {
        var mode = options.Records;
        var store = new RecordStore(api, time) { Only = only };
        string?[] scopes = options.Namespaces.Count == 0 ? [only?.Namespace] : [.. options.Namespaces];
        string? obstacle = null;
        for (var i = 0; i < scopes.Length && mode != RecordKeeping.Off && obstacle is null; i++)
        {
            obstacle = await ObstacleAsync(store, scopes[i], cancellationToken).ConfigureAwait(false);
        }

        if (mode == RecordKeeping.Required && obstacle is not null)
        {
            throw new ConfigurationException(obstacle);
        }

        if (mode == RecordKeeping.Off || obstacle is not null)
        {
            services.AddSingleton<IRolloutJournal, NoJournal>();
            return obstacle is null ? null : "Rollouts are not recorded. " + obstacle;
        }

        services.AddSingleton(store);
        services.AddSingleton<RecordPruner>();
        services.AddSingleton<IRolloutJournal>(provider => new RolloutJournal(
            store, provider.GetRequiredService<RecordPruner>(), provider.GetRequiredService<Readiness>(), time, Dns.GetHostName(),
            provider.GetRequiredService<ILogger<RolloutJournal>>()));
        services.AddSingleton(provider => new PersonRequests(
            store, provider.GetRequiredService<Engine.Ports.IActuator>(), time, Dns.GetHostName(), provider.GetRequiredService<ILogger<PersonRequests>>(),
            new SourceSuspender(api, RecordStore.RequestLimit, time)));
        return null;
    }

    private static async Task<string?> ObstacleAsync(RecordStore store, string? @namespace, CancellationToken cancellationToken)
    {
        try
        {
            await store.ProbeAsync(@namespace, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ApiException fault) when (fault.Code == 404)
        {
            return "The cluster does not know GuardedRollouts (guardrail.dev/v1alpha1); install the definitions with "
                + "kubectl apply -f charts/guardrail/crds/.";
        }
        catch (ApiException fault) when (fault.IsMissingPermission)
        {
            return AccessRule.Missing(fault, RecordStore.Rights, @namespace);
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            // It answered a moment ago; what is wrong now passes. Whether records can be kept is not known: keep them, and let actions wait.
            return null;
        }
    }
}
