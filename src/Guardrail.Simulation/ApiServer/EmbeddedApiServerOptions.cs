namespace Guardrail.Simulation.ApiServer;

/// <summary>How the embedded server behaves.</summary>
public sealed record EmbeddedApiServerOptions
{
    /// <summary>User of requests without credentials; default <c>admin</c>. Null answers 401 to them.</summary>
    public string? AnonymousUser { get; init; } = "admin";

    /// <summary>Bearer tokens and their users. A token that is not listed answers 401.</summary>
    public IReadOnlyDictionary<string, string> Tokens { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a call is allowed; the default allows everything. It is asked for access reviews too.</summary>
    public ApiAuthorizer Authorizer { get; init; } = static _ => true;

    /// <summary>How long a request other than a watch may take, on the clock of the machine; default 60 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether dependents of deleted owners and content of deleted namespaces are deleted after each write; default true.</summary>
    public bool CollectsGarbage { get; init; } = true;

    /// <summary>Port on the loopback interface; 0 (the default) takes a free one.</summary>
    public int Port { get; init; }
}
