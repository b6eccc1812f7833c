using Guardrail.Kubernetes.Contest;

namespace Guardrail.Daemon.Admission;

/// <summary>
/// Refuses writes that bring back a template in quarantine. Everything else passes: other templates, the number of pods, labels, subresources, and the
/// same template where it is stored already.
/// </summary>
public sealed class QuarantineRule : IAdmissionRule
{
    /// <inheritdoc/>
    public string Name => "quarantine";

    /// <inheritdoc/>
    public AdmissionVerdict Evaluate(AdmissionRequest request)
    {
        if (request is not { Group: "apps", Operation: "UPDATE", Subresource: "" } || ReturnCheck.WhyNot(request.OldObject, request.NewObject) is not { } why)
        {
            return AdmissionVerdict.Nothing;
        }

        // A comparison such as kubectl diff is no attempt to bring it back; that it would be refused is worth knowing.
        return request.IsDryRun ? new AdmissionVerdict.Allowed { Warning = "Guardrail would refuse this: " + why } : new AdmissionVerdict.Denied(why);
    }
}
