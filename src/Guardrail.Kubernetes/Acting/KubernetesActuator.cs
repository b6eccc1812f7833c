using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Ports;
using Guardrail.Kubernetes.Configuration;
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
    private readonly LiveReader workloads;
    private readonly SourceSuspender sources;

    /// <summary>Makes the actuator.</summary>
    /// <param name="api">The connection.</param>
    /// <param name="options">How it behaves.</param>
    public KubernetesActuator(ApiClient api, ActuatorOptions options)
    {
        (this.api, this.options, reads) = (api, options, new SafeReads(api, options));
        (workloads, sources) = (new LiveReader(reads), new SourceSuspender(api, options.RequestLimit, options.TimeProvider));
    }

    /// <inheritdoc/>
    public async ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        try
        {
            if (action is WorkloadAction.SuspendSource suspension)
            {
                using var workload = await reads.GetAsync(LiveReader.PathOf(action.Workload), cancellationToken);
                return await sources.SuspendAsync(suspension, workload.RootElement, cancellationToken);
            }

            switch ((await PlanAsync(action, cancellationToken)).Plan)
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
    public async ValueTask<Preparation> PrepareAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        if (!action.NeedsPreparation)
        {
            return Preparation.Nothing;
        }

        var store = new ConfigurationStore(api, options, reads, action.Workload.Namespace);
        try
        {
            var (live, plan) = await PlanAsync(action, cancellationToken);
            return (action, plan) switch
            {
                (WorkloadAction.StampKnownGood stamp, ActionPlan.Write) =>
                    await new ConfigurationKeeper(store).KeepAsync(live, stamp.Precondition.CurrentRevision!.Value, stamp.Configuration, cancellationToken),
                (WorkloadAction.RollBack rollBack, ActionPlan.Write) =>
                    await new ConfigurationRestorer(store).RestoreAsync(rollBack, live, cancellationToken),
                (WorkloadAction.RollBack rollBack, ActionPlan.Finished { Outcome: ActionOutcome.AlreadyDone }) =>
                    await new ConfigurationRestorer(store).TellAsync(rollBack, live, cancellationToken),
                _ => Preparation.Nothing,
            };
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            return ConfigurationFaults.Tell(action, fault, options.RequestLimit);
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

    private static ActionPlan PlanFor(WorkloadAction action, LiveWorkload live, DateTimeOffset now) => live switch
    {
        LiveDeployment deployment => DeploymentPlans.For(action, deployment, now),
        LiveSet set => SetPlans.For(action, set, now),
        _ => throw new ArgumentOutOfRangeException(nameof(live), live, "A workload of an unknown kind."),
    };

    private async Task<(LiveWorkload Live, ActionPlan Plan)> PlanAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        var live = await workloads.ReadAsync(
            action.Workload, pods: action is WorkloadAction.Hold or WorkloadAction.DeletePod, cancellationToken);
        return (live, PlanFor(action, live, options.TimeProvider.GetUtcNow()));
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
