using System.Collections.Concurrent;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>Allows what a Role allows in one namespace, as RBAC would, and keeps what was asked beyond it and which rules were used.</summary>
internal sealed class RoleCheck(string ns, string user, IReadOnlyList<AccessRule> rules)
{
    /// <summary>What the Role does not allow, and was asked.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>What was allowed: verb and resource.</summary>
    public ConcurrentDictionary<string, int> Used { get; } = new();

    public bool Allows(ApiCall call)
    {
        if (call.User != user || (call.Verb == "get" && call.Resource == "/version"))
        {
            return true;
        }

        var allowed = call.Namespace == ns && rules.Any(rule => rule.Group == call.Group && rule.Resource == call.FullResource
            && rule.Verbs.Contains(call.Verb) && (rule.Names.Count == 0 || rule.Names.Contains(call.Name)));
        if (allowed)
        {
            Used.AddOrUpdate($"{call.Verb} {call.FullResource}", 1, (_, count) => count + 1);
        }
        else
        {
            Refused.Enqueue($"{call.Verb} {call.Group}/{call.FullResource} {call.Namespace}/{call.Name}");
        }

        return allowed;
    }
}
