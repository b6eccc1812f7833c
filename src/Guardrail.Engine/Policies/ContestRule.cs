namespace Guardrail.Engine.Policies;

/// <summary>What is done, beside rolling back, when somebody writes a revision back that was rolled back.</summary>
public sealed record ContestRule
{
    /// <summary>Namespace of Argo CD's Applications unless something else is said.</summary>
    public const string DefaultArgoCdNamespace = "argocd";

    /// <summary>What is done. Default: people are told.</summary>
    public ContestAction Action { get; init; } = ContestAction.Notify;

    /// <summary>Namespace in which an Argo CD Application is looked for whose namespace the workload does not tell. Default <c>argocd</c>.</summary>
    public string ArgoCdNamespace { get; init; } = DefaultArgoCdNamespace;
}

/// <summary>What is done about a revision that comes back.</summary>
public enum ContestAction
{
    /// <summary>It is rolled back once more; when it comes back again, people are told and Guardrail gives way.</summary>
    Notify,

    /// <summary>Before it is rolled back once more, the Flux or Argo CD object that it comes from is suspended.</summary>
    Suspend,

    /// <summary>The API server refuses writes that bring it back, from the first rollback on.</summary>
    Refuse,
}
