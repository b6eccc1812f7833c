namespace Guardrail.Kubernetes.Leases;

/// <summary>What happens to a candidate or a holder. Closed.</summary>
public abstract record LeaseEvent
{
    private LeaseEvent()
    {
    }

    /// <summary>The candidate looked, and another holds the lease.</summary>
    /// <param name="Holder">Who holds it.</param>
    public sealed record StandingBy(string Holder) : LeaseEvent;

    /// <summary>An attempt to acquire or to renew failed; another follows.</summary>
    /// <param name="Reason">Why, in one sentence for people.</param>
    public sealed record AttemptFailed(string Reason) : LeaseEvent;

    /// <summary>The lease is held from now on.</summary>
    public sealed record Acquired : LeaseEvent;

    /// <summary>The holder renewed the lease.</summary>
    public sealed record Renewed : LeaseEvent;

    /// <summary>The lease is lost; whoever held it stops at once.</summary>
    /// <param name="Reason">Why, in one sentence for people.</param>
    public sealed record Lost(string Reason) : LeaseEvent;

    /// <summary>The lease was given back.</summary>
    public sealed record Released : LeaseEvent;
}
