using System.Text.Json;
using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Contest;

/// <summary>Suspends the Flux or Argo CD object that a workload comes from, and gives it back. Each is one conditional write.</summary>
/// <param name="api">The connection.</param>
/// <param name="limit">How long one request may take.</param>
/// <param name="time">Clock of the limit.</param>
public sealed class SourceSuspender(ApiClient api, TimeSpan limit, TimeProvider time)
{
    /// <summary>What suspending takes, in the namespaces of the Flux and Argo CD objects.</summary>
    public static IReadOnlyList<AccessRule> Rights { get; } = [.. SourceKind.All.Select(kind => kind.Right)];

    /// <summary>Suspends what brings a revision back.</summary>
    /// <param name="action">The action.</param>
    /// <param name="workload">The workload as it was read a moment ago.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<ActionOutcome> SuspendAsync(WorkloadAction.SuspendSource action, JsonElement workload, CancellationToken cancellationToken)
    {
        if (workload.Field("metadata").Text("uid") != action.Precondition.Uid)
        {
            return new ActionOutcome.LostRace($"{action.Workload} was deleted and made anew.");
        }

        var choice = SourceChoice.Of(workload.Field("metadata"), action.Manager, action.ArgoCdNamespace);
        return choice switch
        {
            SourceChoice.None(var why) => new ActionOutcome.Impossible(why),
            SourceChoice.Suspend(var source) => await SuspendAsync(action, source, cancellationToken),
            _ => throw new InvalidOperationException("A choice of an unknown kind."),
        };
    }

    private async Task<ActionOutcome> SuspendAsync(WorkloadAction.SuspendSource action, GitOpsSource source, CancellationToken cancellationToken)
    {
        try
        {
            using var live = await SendAsync(HttpMethod.Get, source.Path, null, cancellationToken);
            switch (SourcePlans.Suspend(source, live.RootElement, action))
            {
                case ActionPlan.Write write:
                    await PatchAsync(source, write.Patch, cancellationToken);
                    return new ActionOutcome.Applied();
                case ActionPlan.Finished finished:
                    return finished.Outcome;
                default:
                    throw new InvalidOperationException("A plan of an unknown kind.");
            }
        }
        catch (ApiException fault)
        {
            return OutcomeOf(fault, source);
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            return new ActionOutcome.Failed($"{source}: {ApiFaults.Describe(fault, limit)}");
        }
    }

    /// <summary>Lets what Guardrail suspended of a workload's sources go on.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="argoCdNamespace">Namespace of Argo CD's Applications where the workload does not tell it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was given back or why it was not, in one sentence; null when nothing was suspended.</returns>
    /// <exception cref="ApiException">The server answered with an error other than 403 and 404: 409 or 422 when the object has changed meanwhile.</exception>
    /// <exception cref="HttpRequestException">The server could not be reached.</exception>
    public async Task<string?> GiveBackAsync(JsonElement workload, string argoCdNamespace, CancellationToken cancellationToken)
    {
        var told = new List<string>();
        foreach (var source in GitOpsSource.NamedBy(workload.Field("metadata"), argoCdNamespace))
        {
            try
            {
                using var live = await SendAsync(HttpMethod.Get, source.Path, null, cancellationToken);
                if (SourcePlans.GiveBack(source, live.RootElement) is { } patch)
                {
                    await PatchAsync(source, patch, cancellationToken);
                    told.Add($"{source}, which Guardrail had suspended, goes on.");
                }
            }
            catch (ApiException fault) when (fault.Code == 404)
            {
                // What is not there is not suspended.
            }
            catch (ApiException fault) when (fault.Code == 403)
            {
                told.Add(OutcomeOf(fault, source) is ActionOutcome.Impossible(var why) ? why : fault.Message);
            }
        }

        return told.Count == 0 ? null : string.Join(' ', told);
    }

    private static ActionOutcome OutcomeOf(ApiException fault, GitOpsSource source) => fault switch
    {
        { IsMissingPermission: true } =>
            new ActionOutcome.Impossible($"{source}: {AccessRule.Missing(fault, [source.Kind.Right], source.Namespace)}"),
        { Code: 404, NamesObject: true } => new ActionOutcome.Impossible(
            $"the workload's labels and annotations name the {source}, and there is none; see contest.argoCdNamespace in the policy for Argo CD."),
        { Code: 404 } => new ActionOutcome.Impossible(
            $"the workload names the {source}, but the cluster does not know {source.Kind.Kind} of {source.Kind.Group}/{source.Kind.Version}."),
        { Code: 409 or 422 } => new ActionOutcome.LostRace($"{source} was changed by somebody else at the same moment."),
        { IsTransient: true } or { Code: 401 } => new ActionOutcome.Failed($"{source}: the API server answered {fault.Code}: {fault.Message.TrimEnd('.')}."),
        _ => new ActionOutcome.Impossible($"the API server does not take the change of {source} ({fault.Code}): {fault.Message.TrimEnd('.')}."),
    };

    private async Task PatchAsync(GitOpsSource source, JsonPatch patch, CancellationToken cancellationToken)
    {
        using var content = patch.ToContent();
        using var answer = await SendAsync(HttpMethod.Patch, source.Path + "?fieldManager=guardrail", content, cancellationToken);
    }

    private async Task<JsonDocument> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var ending = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, cancellationToken);
        return await api.SendAsync(method, path, content, both.Token);
    }
}
