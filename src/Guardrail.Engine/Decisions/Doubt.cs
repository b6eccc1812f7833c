namespace Guardrail.Engine.Decisions;

/// <summary>Why evidence that is strong enough for a rollback is not acted upon. Then a person is called.</summary>
public enum Doubt
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Without one pod of the new revision the evidence is not strong enough: that pod or its node is bad, not the revision.</summary>
    OnePod,

    /// <summary>The old revision's pods differ among themselves in ways that the tests take for impossible.</summary>
    PodsDiffer,

    /// <summary>Another workload was in trouble first, or at the same time.</summary>
    Elsewhere,

    /// <summary>Both revisions are in trouble since the new one serves: it may have damaged what both use, or that has failed by itself.</summary>
    BothRevisions,

    /// <summary>The whole workload lost a part of its requests, and no other workload's are known that would tell whether everybody did.</summary>
    Alone,
}
