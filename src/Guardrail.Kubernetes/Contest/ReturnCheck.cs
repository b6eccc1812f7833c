using System.Text.Json;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Contest;

/// <summary>
/// Whether a write to a workload brings back a template that was rolled back and is in quarantine. All that it needs is in the two objects, so it
/// answers the same in every process and every time.
/// </summary>
public static class ReturnCheck
{
    /// <summary>Checks one write.</summary>
    /// <param name="before">The workload as it is stored.</param>
    /// <param name="after">The workload as it would be stored.</param>
    /// <returns>Why it is not to be, and the way out, in one or two sentences; null when there is nothing against it.</returns>
    public static string? WhyNot(JsonElement before, JsonElement after)
    {
        // What is stored counts, not what the write makes of it: else a write could take the mark away together with what it forbids.
        var metadata = before.Field("metadata");
        var annotations = metadata.Field("annotations");
        var refused = RefusedTemplates.Read(annotations.Text(GuardrailAnnotations.RefusedTemplates));
        if (refused.IsEmpty)
        {
            return null;
        }

        var (was, becomes) = (TemplateOf(before), TemplateOf(after));
        var quarantined = GuardrailAnnotations.ReadQuarantined(annotations.Text(GuardrailAnnotations.Quarantined));
        foreach (var one in refused)
        {
            if (becomes == one.Digest && was != becomes && quarantined.Contains(one.Revision))
            {
                return Explain(one, before.Text("kind") ?? "Deployment", metadata, annotations.Text(GuardrailAnnotations.Reason));
            }
        }

        return null;
    }

    private static TemplateDigest TemplateOf(JsonElement workload) => TemplateDigest.Of(workload.Field("spec").Field("template"));

    private static string Explain(RefusedTemplate refused, string kind, JsonElement metadata, string? reason)
    {
        var (name, ns) = (metadata.Text("name"), metadata.Text("namespace"));
        var why = reason is null ? "" : $" ({(reason.Length <= 300 ? reason : reason[..300] + " …")})";
        return $"this template of {kind.ToLowerInvariant()}/{name} is revision {refused.Revision}, which Guardrail rolled back{why}; record {refused.Record}. "
            + $"Deploy another one, or release it: guardrail release {refused.Record} -n {ns} --reason WHY";
    }
}
