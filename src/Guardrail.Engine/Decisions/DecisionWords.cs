namespace Guardrail.Engine.Decisions;

/// <summary>A decision in a word or two, as lists show it: the same on the command line and on the status page.</summary>
public static class DecisionWords
{
    /// <summary>The words; what takes a revision back or calls a person is in capitals.</summary>
    public static string Of(DecisionKind kind) => kind switch
    {
        DecisionKind.Start => "watching",
        DecisionKind.Hold => "hold",
        DecisionKind.Resume => "resume",
        DecisionKind.RollBack => "ROLL BACK",
        DecisionKind.Page => "PERSON NEEDED",
        DecisionKind.Blind => "blind",
        DecisionKind.EvidenceReturned => "seeing again",
        DecisionKind.StampKnownGood => "known good",
        DecisionKind.Cured => "cured",
        DecisionKind.NotCured => "NOT CURED",
        DecisionKind.CureUnknown => "cure unknown",
        DecisionKind.DeletePod => "delete pod",
        DecisionKind.SuspendSource => "suspend source",
        DecisionKind.End => "over",
        _ => kind.ToString(),
    };
}
