using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Contest;

namespace Guardrail.Kubernetes.Acting;

/// <summary>
/// Changes workloads. Each action reads the workload, and then writes once at most, by a JSON Patch that the server refuses if the
/// workload is another one or has changed since (uid and generation; the resourceVersion moves with every change of status), or by a
/// delete of one pod that is refused if it is another one or has changed.
/// </summary>
public sealed class KubernetesActuator : IActuator
{
    private readonly ApiClient api;
    private readonly ActuatorOptions options;
    private readonly SafeReads reads;
    private readonly SourceSuspender sources;

    /// <summary>Makes the actuator.</summary>
    /// <param name="api">The connection.</param>
    /// <param name="options">How it behaves.</param>
    public KubernetesActuator(ApiClient api, ActuatorOptions options) =>
        (this.api, this.options, reads, sources) =
            (api, options, new SafeReads(api, options), new SourceSuspender(api, options.RequestLimit, options.TimeProvider));

    /// <inheritdoc/>
    public async ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        try
        {
            if (action is WorkloadAction.SuspendSource suspension)
            {
                using var workload = await reads.GetAsync(PathOf(action.Workload), cancellationToken);
                return await sources.SuspendAsync(suspension, workload.RootElement, cancellationToken);
            }

            switch (await PlanAsync(action, cancellationToken))
            {
                case ActionPlan.Finished finished:
                    return finished.Outcome;
                case ActionPlan.Write write:
                    using (var content = write.Patch.ToContent())
                    {
                        await WriteAsync(HttpMethod.Patch, write.Path + "?fieldManager=guardrail", content, cancellationToken);
                    }

                    return new ActionOutcome.Applied();
                case ActionPlan.Delete delete:
                    return await DeleteAsync(delete, cancellationToken);
                default:
                    throw new InvalidOperationException("A plan of an unknown kind.");
            }
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            return Outcomes.Of(fault, action.Workload, options.RequestLimit);
        }
    }

    /// <inheritdoc/>
    public async ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken)
    {
        var body = EventWriter.Make(announcement, options.Instance, options.TimeProvider.GetUtcNow());
        try
        {
            using var content = new StringContent(body.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json");
            await WriteAsync(HttpMethod.Post, $"apis/events.k8s.io/v1/namespaces/{announcement.Workload.Namespace}/events", content,
                cancellationToken);
        }
        catch (ApiException told) when (told.Reason == "AlreadyExists")
        {
            // Told before, by this process or the one before it.
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            options.OnAnnouncementFault($"{announcement.Kind} of {announcement.Workload} could not be written as an Event. "
                + (fault is ApiException { IsMissingPermission: true } refused
                    ? AccessRule.Missing(refused, AccessRule.ActingOn(announcement.Workload.Kind), announcement.Workload.Namespace)
                    : ApiFaults.Describe(fault, options.RequestLimit)));
        }
    }

    private static string PathOf(WorkloadId workload) =>
        $"apis/apps/v1/namespaces/{workload.Namespace}/{workload.Kind.ToString().ToLowerInvariant()}s/{workload.Name}";

    private async Task<ActionPlan> PlanAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        var home = $"apis/apps/v1/namespaces/{action.Workload.Namespace}/";
        var kind = action.Workload.Kind;
        using var workload = await reads.GetAsync(PathOf(action.Workload), cancellationToken);
        var source = workload.RootElement;
        var selector = Uri.EscapeDataString(SelectorQuery.Of(source.Field("spec").Field("selector")));
        using var revisions = await reads.GetAsync(
            $"{home}{(kind == WorkloadKind.Deployment ? "replicasets" : "controllerrevisions")}?labelSelector={selector}", cancellationToken);
        var items = revisions.RootElement.Items("items");
        var now = options.TimeProvider.GetUtcNow();
        if (kind == WorkloadKind.Deployment)
        {
            return DeploymentPlans.For(action, new LiveDeployment(source, items), now);
        }

        if (kind == WorkloadKind.DaemonSet || action is not (WorkloadAction.Hold or WorkloadAction.DeletePod))
        {
            return SetPlans.For(action, new LiveSet(kind, source, items, []), now);
        }

        using var pods = await reads.GetAsync(
            $"api/v1/namespaces/{action.Workload.Namespace}/pods?labelSelector={selector}", cancellationToken);
        return SetPlans.For(action, new LiveSet(kind, source, items, pods.RootElement.Items("items")), now);
    }

    private async Task<ActionOutcome> DeleteAsync(ActionPlan.Delete delete, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["kind"] = "DeleteOptions",
            ["apiVersion"] = "v1",
            ["preconditions"] = new JsonObject { ["uid"] = delete.Uid, ["resourceVersion"] = delete.ResourceVersion },
        };
        try
        {
            using var content = new StringContent(body.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json");
            await WriteAsync(HttpMethod.Delete, delete.Path, content, cancellationToken);
            return new ActionOutcome.Applied();
        }
        catch (ApiException missing) when (missing.Code == 404)
        {
            return new ActionOutcome.AlreadyDone();
        }
    }

    private async Task WriteAsync(HttpMethod method, string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestLimit, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var written = await api.SendAsync(method, path, content, both.Token);
    }
}
