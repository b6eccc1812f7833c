using System.Text;
using System.Text.Json;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Acting;

/// <summary>
/// Changes Deployments. Each action reads the Deployment, and then writes once at most, by a JSON Patch that the server refuses if the
/// Deployment is another one or has changed since (uid and generation; the resourceVersion moves with every change of status).
/// </summary>
public sealed class KubernetesActuator : IActuator
{
    private readonly ApiClient api;
    private readonly ActuatorOptions options;
    private readonly SafeReads reads;

    /// <summary>Makes the actuator.</summary>
    /// <param name="api">The connection.</param>
    /// <param name="options">How it behaves.</param>
    public KubernetesActuator(ApiClient api, ActuatorOptions options) =>
        (this.api, this.options, reads) = (api, options, new SafeReads(api, options));

    /// <inheritdoc/>
    public async ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        if (action.Workload.Kind != WorkloadKind.Deployment)
        {
            return new ActionOutcome.Impossible(
                $"{action.Workload} is a {action.Workload.Kind}; only Deployments can be acted upon in this version.");
        }

        try
        {
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
                    ? AccessRule.Missing(refused, AccessRule.Acting, announcement.Workload.Namespace)
                    : ApiFaults.Describe(fault, options.RequestLimit)));
        }
    }

    private async Task<ActionPlan> PlanAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        var home = $"apis/apps/v1/namespaces/{action.Workload.Namespace}/";
        using var deployment = await reads.GetAsync($"{home}deployments/{action.Workload.Name}", cancellationToken);
        var selector = SelectorQuery.Of(deployment.RootElement.Field("spec").Field("selector"));
        using var replicaSets = await reads.GetAsync($"{home}replicasets?labelSelector={Uri.EscapeDataString(selector)}",
            cancellationToken);
        var live = new LiveDeployment(deployment.RootElement, replicaSets.RootElement.Items("items"));
        return DeploymentPlans.For(action, live, options.TimeProvider.GetUtcNow());
    }

    private async Task WriteAsync(HttpMethod method, string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestLimit, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var written = await api.SendAsync(method, path, content, both.Token);
    }
}
