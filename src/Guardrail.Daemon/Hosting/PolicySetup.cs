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
        if (!options.ClusterPolicies)
        {
            services.AddSingleton<IPolicySource, FixedPolicies>();
            return fromFiles;
        }

        var store = new PolicyStore(api, time);
        services.AddSingleton(store);
        services.AddSingleton<PolicyReporter>();
        services.AddSingleton<IPolicySource>(provider => new ClusterPolicies(
            store, provider.GetRequiredService<PolicyReporter>(), options.Namespaces, options.AutonomyCeiling, provider.GetRequiredService<Readiness>(),
            provider.GetRequiredService<ILogger<ClusterPolicies>>()));
        return await ListAsync(store, options, cancellationToken).ConfigureAwait(false);
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
