using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Records;

/// <summary>
/// Names the record of a rollout: <c>checkout-4-1c9a0e37b2</c>. The same rollout has the same name in every process; what the name leaves out
/// (kind, uid, both revisions) is in its hash, so that no two rollouts share one.
/// </summary>
public static class RecordName
{
    private const int LongestWorkload = 200;

    /// <summary>The name.</summary>
    /// <param name="rollout">The rollout.</param>
    /// <param name="uid">The workload's uid.</param>
    public static string Of(RolloutId rollout, string uid)
    {
        var number = rollout.Number.ToString(CultureInfo.InvariantCulture);
        var identity = string.Join('\n', rollout.Workload.Kind.ToString(), rollout.Workload.Name, uid, rollout.From.Hash, rollout.To.Hash, number);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..16];
        var workload = rollout.Workload.Name;
        return $"{(workload.Length <= LongestWorkload ? workload : workload[..LongestWorkload].TrimEnd('-', '.'))}-{number}-{hash}";
    }
}

/// <summary>Labels of records, to select them by.</summary>
public static class RecordLabels
{
    /// <summary>The workload's name; when that is longer than a label value may be, its first 46 characters and a hash.</summary>
    public const string Workload = "guardrail.dev/workload";

    /// <summary>The workload's kind.</summary>
    public const string Kind = "guardrail.dev/workload-kind";

    /// <summary>The labels of a workload's records.</summary>
    public static IReadOnlyDictionary<string, string> Of(WorkloadId workload) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Workload] = Value(workload.Name),
        [Kind] = workload.Kind.ToString(),
    };

    /// <summary>The labelSelector of a workload's records.</summary>
    public static string SelectorOf(WorkloadId workload) => $"{Workload}={Value(workload.Name)},{Kind}={workload.Kind}";

    private static string Value(string name) => name.Length <= 63
        ? name
        : name[..46] + "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
}
