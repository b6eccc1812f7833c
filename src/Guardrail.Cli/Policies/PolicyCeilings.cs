using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Cli.Policies;

/// <summary>The most that Guardrail may do in a namespace, as the daemon there has written it into the status of its policies.</summary>
internal static class PolicyCeilings
{
    /// <summary>Reads them.</summary>
    /// <param name="store">The cluster's policies.</param>
    /// <param name="namespaces">The namespaces.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>
    /// The ceiling of each namespace of which it is known: not where there is no policy yet, no daemon has looked at one, or they may not be read.
    /// </returns>
    public static async Task<ImmutableDictionary<string, Autonomy>> ReadAsync(
        PolicyStore store, IEnumerable<string> namespaces, CancellationToken cancellationToken)
    {
        var known = ImmutableDictionary.CreateBuilder<string, Autonomy>();
        foreach (var ns in namespaces.Distinct())
        {
            try
            {
                var told = (await store.ListAsync(ns, cancellationToken)).Select(p => PolicyStatus.Of(p).AutonomyCeiling).OfType<Autonomy>().ToList();
                if (told.Count > 0)
                {
                    known[ns] = told.Min();
                }
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
            {
                // What is checked does not hang on it: policies may come from files, and whoever checks them may not be allowed to read the cluster's.
            }
        }

        return known.ToImmutable();
    }
}
