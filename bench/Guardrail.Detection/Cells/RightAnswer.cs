namespace Guardrail.Detection.Cells;

/// <summary>What ought to be done about a defect.</summary>
public enum RightAnswer
{
    /// <summary>Take the release back.</summary>
    RollBack,

    /// <summary>Hold it and call a person with the name of the first new pod: the pod or its node is bad, not the revision.</summary>
    NamePod,

    /// <summary>Hold it and call a person: both revisions suffer, so it cannot be told from the counts whose doing it is.</summary>
    CallPerson,
}
