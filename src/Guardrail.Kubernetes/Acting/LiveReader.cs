using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Acting;

/// <summary>Reads a workload with its revisions as they are now.</summary>
internal sealed class LiveReader(SafeReads reads)
{
    /// <summary>Reads it.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="pods">Whether a StatefulSet's pods are read too.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server answered with an error: 404 when the workload is gone.</exception>
    public async Task<LiveWorkload> ReadAsync(WorkloadId workload, bool pods, CancellationToken cancellationToken)
    {
        var home = $"apis/apps/v1/namespaces/{workload.Namespace}/";
        var kind = workload.Kind;
        var source = await GetAsync(PathOf(workload), cancellationToken);
        var selector = Uri.EscapeDataString(SelectorQuery.Of(source.Field("spec").Field("selector")));
        var revisions = await GetAsync(
            $"{home}{(kind == WorkloadKind.Deployment ? "replicasets" : "controllerrevisions")}?labelSelector={selector}", cancellationToken);
        if (kind == WorkloadKind.Deployment)
        {
            return new LiveDeployment(source, revisions.Items("items"));
        }

        if (kind == WorkloadKind.DaemonSet || !pods)
        {
            return new LiveSet(kind, source, revisions.Items("items"), []);
        }

        var members = await GetAsync($"api/v1/namespaces/{workload.Namespace}/pods?labelSelector={selector}", cancellationToken);
        return new LiveSet(kind, source, revisions.Items("items"), members.Items("items"));
    }

    /// <summary>Where the workload itself is read.</summary>
    public static string PathOf(WorkloadId workload) =>
        $"apis/apps/v1/namespaces/{workload.Namespace}/{workload.Kind.ToString().ToLowerInvariant()}s/{workload.Name}";

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var read = await reads.GetAsync(path, cancellationToken);
        return read.RootElement.Clone();
    }
}
