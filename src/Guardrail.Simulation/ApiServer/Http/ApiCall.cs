namespace Guardrail.Simulation.ApiServer;

/// <summary>One request, as authorisation, faults and counters see it.</summary>
/// <param name="User">Name of the user.</param>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection; the HTTP method in lower case elsewhere.</param>
/// <param name="Group">API group; empty for the core group and outside the resources.</param>
/// <param name="Resource">Plural name; the path outside the resources.</param>
/// <param name="Subresource">status, scale, ...; empty for none.</param>
/// <param name="Namespace">Namespace; empty for cluster-wide.</param>
/// <param name="Name">Name of the object; empty for collections.</param>
/// <param name="UserAgent">The User-Agent header.</param>
public sealed record ApiCall(
    string User, string Verb, string Group, string Resource, string Subresource, string Namespace, string Name, string UserAgent)
{
    /// <summary>Whether it may change something.</summary>
    public bool IsWrite => Verb is "create" or "update" or "patch" or "delete" or "deletecollection";

    /// <summary><c>deployments</c> or <c>deployments/scale</c>.</summary>
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}

/// <summary>Decides whether a call is allowed. Called on the threads of the requests.</summary>
/// <param name="call">The call.</param>
public delegate bool ApiAuthorizer(ApiCall call);
