using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>Finds the workload of a pod by the owner references: Pod → ReplicaSet → Deployment, or Pod → StatefulSet or DaemonSet.</summary>
/// <param name="api">The connection.</param>
/// <param name="time">Clock of the limit of each request.</param>
public sealed class OwnWorkloadFinder(ApiClient api, TimeProvider time)
{
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(15);

    /// <summary>The workload.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConfigurationException">The pod is of no workload that can be guarded, or the API server does not tell; one sentence.</exception>
    public async Task<OwnWorkload> FindAsync(PodId pod, CancellationToken cancellationToken)
    {
        try
        {
            var home = $"namespaces/{pod.Namespace}/";
            using var found = await GetAsync($"api/v1/{home}pods/{pod.Name}", cancellationToken);
            var (kind, name) = Owner(found.RootElement, $"The pod {pod}", "the pod of a Deployment, StatefulSet or DaemonSet");
            if (kind == "ReplicaSet")
            {
                using var replicaSet = await GetAsync($"apis/apps/v1/{home}replicasets/{name}", cancellationToken);
                (kind, name) = Owner(replicaSet.RootElement, $"The ReplicaSet {pod.Namespace}/{name} of the pod {pod}", "a Deployment");
            }

            if (!Enum.TryParse<WorkloadKind>(kind, out var known) || !Enum.IsDefined(known))
            {
                throw new ConfigurationException(
                    $"The pod {pod} belongs to the {kind} {name}; a sidecar guards a Deployment, StatefulSet or DaemonSet only: take it out with guardrail inject --remove.");
            }

            using var workload = await GetAsync($"apis/apps/v1/{home}{OwnWorkload.Plural(known)}/{name}", cancellationToken);
            return new OwnWorkload(new(pod.Namespace, known, name), SelectorQuery.Of(workload.RootElement.Field("spec").Field("selector")));
        }
        catch (ApiException missing) when (missing.Code == 404)
        {
            throw new ConfigurationException(
                $"The workload of the pod {pod} cannot be found: {missing.Message.TrimEnd('.')}; POD_NAME and POD_NAMESPACE must name this pod.", missing);
        }
        catch (ApiException refused) when (refused.IsMissingPermission)
        {
            throw new ConfigurationException(
                $"The workload of the pod {pod} cannot be read: {refused.Message.TrimEnd('.')}; apply the Role and RoleBinding that guardrail inject writes.", refused);
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            throw new ConfigurationException($"The workload of the pod {pod} cannot be read. {ApiFaults.Describe(fault, RequestLimit)}", fault);
        }
    }

    private static (string Kind, string Name) Owner(JsonElement source, string what, string wanted)
    {
        foreach (var owner in source.Field("metadata").Items("ownerReferences"))
        {
            if (owner.Flag("controller") && owner.Text("kind") is { } kind && owner.Text("name") is { } name)
            {
                var builtIn = owner.Text("apiVersion")?.StartsWith("apps/", StringComparison.Ordinal) == true;
                return (builtIn ? kind : $"{kind} ({owner.Text("apiVersion")})", name);
            }
        }

        throw new ConfigurationException($"{what} has no owner; a sidecar guards the workload that made its pod, and must be in {wanted}.");
    }

    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await api.SendAsync(HttpMethod.Get, path, null, both.Token);
    }
}
