using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>
/// The annotations that Guardrail writes and reads, on workloads and on revisions. The controllers and <c>kubectl rollout undo</c> copy
/// annotations between a Deployment and its ReplicaSets, so each value names what it belongs to.
/// </summary>
public static class GuardrailAnnotations
{
    /// <summary>On a workload that Guardrail paused: the decision.</summary>
    public const string PausedBy = "guardrail.dev/paused-by";

    /// <summary>On a workload that Guardrail paused: the revision whose rollout it paused; a later rollout is another matter.</summary>
    public const string PausedRevision = "guardrail.dev/paused-revision";

    /// <summary>On a StatefulSet that Guardrail holds: the partition by which it does; another one is somebody else's.</summary>
    public const string HeldPartition = "guardrail.dev/held-partition";

    /// <summary>On a StatefulSet that Guardrail holds: the partition it had before, which is given back.</summary>
    public const string OwnPartition = "guardrail.dev/own-partition";

    /// <summary>On a workload: hashes of the last ten revisions that were rolled back, separated by commas, oldest first.</summary>
    public const string Quarantined = "guardrail.dev/quarantined";

    /// <summary>
    /// On a workload: templates that the API server refuses, <c>hash=digest=record</c> each, as <see cref="Contest.RefusedTemplates"/> reads them.
    /// </summary>
    public const string RefusedTemplates = "guardrail.dev/refused-templates";

    /// <summary>Label of a workload with <see cref="RefusedTemplates"/>: only for these the API server asks.</summary>
    public const string RefusesLabel = "guardrail.dev/refuses";

    /// <summary>On a Flux or Argo CD object that Guardrail suspended: the decision.</summary>
    public const string SuspendedBy = "guardrail.dev/suspended-by";

    /// <summary>On a Flux or Argo CD object that Guardrail suspended: the revision that it kept bringing back, <c>namespace/kind/name@hash</c>.</summary>
    public const string SuspendedFor = "guardrail.dev/suspended-for";

    /// <summary>On a Flux or Argo CD object that Guardrail suspended: why, in one sentence.</summary>
    public const string SuspendedReason = "guardrail.dev/suspended-reason";

    /// <summary>On an Argo CD Application that Guardrail suspended: its <c>spec.syncPolicy.automated</c>, which is given back.</summary>
    public const string SuspendedAutomated = "guardrail.dev/suspended-automated";

    /// <summary>On a workload that was rolled back: the decision.</summary>
    public const string RolledBackBy = "guardrail.dev/rolled-back-by";

    /// <summary>On a workload: why Guardrail last changed it, in one sentence.</summary>
    public const string Reason = "guardrail.dev/reason";

    /// <summary>On a revision: <c>hash@time</c>; counts only on the revision of that hash.</summary>
    public const string KnownGood = "guardrail.dev/known-good";

    /// <summary>On a revision that is known good: what its configuration was then (<c>hash@ ConfigMap/name=digest</c> …).</summary>
    public const string KnownGoodConfiguration = "guardrail.dev/known-good-config";

    /// <summary>On a ConfigMap or Secret that was restored with a revision: the decision.</summary>
    public const string RestoredBy = "guardrail.dev/restored-by";

    /// <summary>On a workload, by a person: <c>"true"</c> if a rollout cannot be taken back (a migration).</summary>
    public const string Irreversible = "guardrail.dev/irreversible";

    /// <summary>On a workload, by a person: the decision that is vetoed.</summary>
    public const string Veto = "guardrail.dev/veto";

    /// <summary>
    /// On a workload's template, or else on the workload, by who changes it: <c>agent</c> or <c>human</c>. Anything else says nothing.
    /// </summary>
    public const string MadeBy = "guardrail.dev/made-by";

    /// <summary>Most hashes that <see cref="Quarantined"/> holds; the oldest goes first.</summary>
    public const int QuarantineLimit = 10;

    /// <summary>Longest <see cref="Reason"/> written, in characters.</summary>
    public const int ReasonLimit = 1024;

    internal static ImmutableArray<RevisionId> ReadQuarantined(string? value) => value is null
        ? []
        : [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .TakeLast(QuarantineLimit).Select(hash => new RevisionId(hash))];

    internal static string WriteQuarantined(string? earlier, RevisionId added) => string.Join(
        ',', ReadQuarantined(earlier).Where(hash => hash != added).Append(added).TakeLast(QuarantineLimit));

    internal static ChangeAuthor ReadMadeBy(string? value) => value switch
    {
        "agent" => ChangeAuthor.Agent,
        "human" => ChangeAuthor.Human,
        _ => ChangeAuthor.Unknown,
    };

    internal static bool IsKnownGood(string? value, string hash) =>
        value is not null && value.Length > hash.Length && value.StartsWith(hash, StringComparison.Ordinal) && value[hash.Length] == '@'
        && DateTimeOffset.TryParse(
            value.AsSpan(hash.Length + 1), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    internal static string WriteKnownGood(RevisionId hash, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{hash}@{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
}
