using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>What a fault on the way to a ConfigMap or Secret means.</summary>
internal static class ConfigurationFaults
{
    /// <summary>A fault that ended the preparation of an action: the action goes on without.</summary>
    public static Preparation Tell(WorkloadAction action, Exception fault, TimeSpan limit) => action switch
    {
        WorkloadAction.StampKnownGood { Configuration: ConfigurationScope.None } => Preparation.Nothing,
        WorkloadAction.StampKnownGood stamp => new($"its configuration was not kept: {Describe(fault, stamp.Configuration, stamp.Workload, limit)}", IsWhole: false),
        WorkloadAction.RollBack rollBack =>
            new($"its configuration was not restored: {Describe(fault, rollBack.Configuration, rollBack.Workload, limit)}", IsWhole: false),
        _ => Preparation.Nothing,
    };

    /// <summary>A fault in words; of a missing right, with the Role to apply.</summary>
    public static string Describe(Exception fault, ConfigurationScope scope, WorkloadId workload, TimeSpan limit) =>
        fault is ApiException { IsMissingPermission: true } refused
            ? AccessRule.Missing(refused, ConfigurationRights.For(scope), workload.Namespace)
            : ApiFaults.Describe(fault, limit);
}
