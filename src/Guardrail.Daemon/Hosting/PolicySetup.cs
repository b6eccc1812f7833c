using System.Collections.Immutable;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Hosting;

/// <summary>Puts together where policies come from while the daemon runs.</summary>
internal static class PolicySetup
{
    /// <summary>Adds the source of policies.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="api">The connection.</param>
    /// <param name="options">How the daemon is started.</param>
    /// <param name="fromFiles">Policies of the files; none when they come from the cluster.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the look at the cluster.</param>
    /// <returns>The policies in force at the start.</returns>
    /// <exception cref="ConfigurationException">The cluster's policies cannot be read.</exception>
    public static async Task<ImmutableArray<GuardPolicy>> AddAsync(
        IServiceCollection services, ApiClient api, DaemonOptions options, ImmutableArray<GuardPolicy> fromFiles, TimeProvider time,
        CancellationToken cancellationToken)
    {
        services.AddSingleton<PolicyStandings>();
        if (!options.ClusterPolicies)
        {
            services.AddSingleton<IPolicySource, FixedPolicies>();
            return fromFiles;
        }

        var store = new PolicyStore(api, time);
        services.AddSingleton(store);
        services.AddSingleton<PolicyReporter>();
        services.AddSingleton<IPolicySource>(provider => new ClusterPolicies(
            store, provider.GetRequiredService<PolicyReporter>(), provider.GetRequiredService<PolicyStandings>(), options.Namespaces,
            options.AutonomyCeiling, provider.GetRequiredService<Readiness>(), provider.GetRequiredService<ILogger<ClusterPolicies>>()));
        return await ListAsync(store, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says which policies of files ask for more than Guardrail may do; of those of the cluster it is said whenever one changes.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="options">How the daemon is started.</param>
    /// <param name="policies">The policies in force at the start.</param>
    public static void LogLimits(ILogger logger, DaemonOptions options, ImmutableArray<GuardPolicy> policies)
    {
        if (options.ClusterPolicies)
        {
            return;
        }

        foreach (var policy in policies)
        {
            LimitLog.Write(logger, policy, options.Sidecar is null ? AutonomyLimit.Setting : "--autonomy or --autonomy-ceiling");
        }
    }

    private static async Task<ImmutableArray<GuardPolicy>> ListAsync(PolicyStore store, DaemonOptions options, CancellationToken cancellationToken)
    {
        var book = new PolicyBook(options.AutonomyCeiling);
        string?[] scopes = options.Namespaces.Count == 0 ? [null] : [.. options.Namespaces];
        foreach (var scope in scopes)
        {
            try
            {
                var items = await store.ListAsync(scope, cancellationToken).ConfigureAwait(false);
                book.Apply(new ResourceChange<PolicyResource>.Snapshot(items), scope);
            }
            catch (ApiException fault) when (fault.Code == 404)
            {
                throw new ConfigurationException(
                    "The cluster does not know GuardrailPolicies (guardrail.dev/v1alpha1); install the definitions with "
                    + "kubectl apply -f charts/guardrail/crds/, or name policy files with --policy.", fault);
            }
            catch (ApiException fault) when (fault.IsMissingPermission)
            {
                throw new ConfigurationException(AccessRule.Missing(fault, PolicyResource.Rights, scope), fault);
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
            {
                throw new ConfigurationException(
                    "The cluster's policies could not be read. " + ApiFaults.Describe(fault, PolicyStore.RequestLimit), fault);
            }
        }

        return book.InForce;
    }
}
