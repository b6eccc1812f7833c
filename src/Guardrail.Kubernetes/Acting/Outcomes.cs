using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Acting;

/// <summary>What a failed request means for the action.</summary>
internal static class Outcomes
{
    public static ActionOutcome Of(Exception fault, WorkloadId workload, TimeSpan limit) => fault switch
    {
        ApiException { IsMissingPermission: true } refused =>
            new ActionOutcome.Impossible(AccessRule.Missing(refused, AccessRule.ActingOn(workload.Kind), workload.Namespace)),
        // A token that has just been renewed may be accepted the next time.
        ApiException { Code: 401 } => new ActionOutcome.Failed(ApiFaults.Describe(fault, limit)),
        ApiException { IsTransient: false, IsAdmissionDenial: true } denied =>
            new ActionOutcome.Impossible($"The change of {workload} was refused at admission: {denied.Message.TrimEnd('.')}."),
        ApiException { Code: 404 } missing => new ActionOutcome.Impossible($"{workload} is gone: {missing.Message.TrimEnd('.')}."),
        ApiException { Code: 409 } => new ActionOutcome.LostRace($"{workload} was changed by somebody else at the same moment."),
        // A failed test (or a member to remove that is gone) has a Status that names neither object nor cause; invalid objects name both.
        ApiException { Code: 422, NamesObject: false, Reason: "Invalid" } api when IsFailedTest(api) =>
            new ActionOutcome.LostRace($"{workload} was changed by somebody else between reading and writing."),
        ApiException { IsTransient: false } other => new ActionOutcome.Impossible(
            $"The API server does not take the change of {workload} ({other.Code}): {Shorten(other.Message)}."),
        _ => new ActionOutcome.Failed(ApiFaults.Describe(fault, limit)),
    };

    private static bool IsFailedTest(ApiException fault) =>
        fault.Message.StartsWith("the server rejected our request", StringComparison.Ordinal)
        || fault.Message.Contains("testing path", StringComparison.Ordinal);

    private static string Shorten(string message) => message.Length <= 500 ? message.TrimEnd('.') : message[..500] + " …";
}
