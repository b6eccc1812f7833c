using System.Collections.Immutable;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;

namespace Guardrail.Daemon.Guarding;

/// <summary>Where policies come from while the daemon runs, and where what became of them is told.</summary>
internal interface IPolicySource
{
    /// <summary>All valid policies, first as they are and again whenever one changes, in order of precedence. May never tell any.</summary>
    IAsyncEnumerable<ImmutableArray<GuardPolicy>> WatchAsync(CancellationToken cancellationToken);

    /// <summary>The fleet took over a report: a chance to tell how each policy does. Called from the guard loop; must not block.</summary>
    void Observed(Fleet fleet);
}

/// <summary>Policies from files: they do not change while the daemon runs.</summary>
internal sealed class FixedPolicies : IPolicySource
{
    public IAsyncEnumerable<ImmutableArray<GuardPolicy>> WatchAsync(CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<ImmutableArray<GuardPolicy>>();

    public void Observed(Fleet fleet)
    {
    }
}
