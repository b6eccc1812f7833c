namespace Guardrail.Daemon.Admission;

/// <summary>What a rule says of a write. Closed.</summary>
public abstract record AdmissionVerdict
{
    private AdmissionVerdict()
    {
    }

    /// <summary>There is nothing against it.</summary>
    public static AdmissionVerdict Nothing { get; } = new Allowed();

    /// <summary>There is nothing against it.</summary>
    public sealed record Allowed : AdmissionVerdict
    {
        /// <summary>What whoever writes should know all the same; null for nothing.</summary>
        public string? Warning { get; init; }
    }

    /// <summary>It is refused, with code 403.</summary>
    /// <param name="Message">Why, and the way out, for whoever writes.</param>
    public sealed record Denied(string Message) : AdmissionVerdict;
}

/// <summary>
/// Says whether a write may be. Asked by any process, whether it leads or not, several times for one write and for dry runs: the answer follows from the
/// request alone, and has no effect.
/// </summary>
public interface IAdmissionRule
{
    /// <summary>Its name: the last part of the path under which it is asked, <c>/admission/NAME</c>.</summary>
    string Name { get; }

    /// <summary>Says so.</summary>
    AdmissionVerdict Evaluate(AdmissionRequest request);
}
