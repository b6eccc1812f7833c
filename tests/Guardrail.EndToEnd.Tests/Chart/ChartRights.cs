using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Chart;

/// <summary>Allows what the rendered Roles and their bindings allow to a ServiceAccount, as RBAC would, and keeps what was asked beyond it.</summary>
internal sealed class ChartRights
{
    private readonly string user;
    private readonly (string? Namespace, string Group, string Resource, string Verb, string[] Names)[] grants;

    /// <summary>Reads them.</summary>
    /// <param name="documents">What the chart renders.</param>
    /// <param name="account">Name of the ServiceAccount.</param>
    /// <param name="user">Name of the user that has its token.</param>
    public ChartRights(IReadOnlyList<JsonObject> documents, string account, string user)
    {
        this.user = user;
        grants =
        [
            .. from binding in documents
               where KindOf(binding) is "RoleBinding" or "ClusterRoleBinding" && (string?)binding["subjects"]![0]!["name"] == account
               let space = KindOf(binding) == "RoleBinding" ? (string?)binding["metadata"]!["namespace"] : null
               let role = documents.Single(d => KindOf(d) == (string?)binding["roleRef"]!["kind"] && (string?)d["metadata"]!["name"] == (string?)binding["roleRef"]!["name"]
                   && (string?)d["metadata"]!["namespace"] == space)
               from rule in role["rules"]!.AsArray()
               from @group in Texts(rule["apiGroups"])
               from resource in Texts(rule["resources"])
               from verb in Texts(rule["verbs"])
               select (space, @group, resource, verb, Texts(rule["resourceNames"])),
        ];
    }

    /// <summary>What the Roles do not allow, and was asked.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>What was asked and allowed: verb and resource.</summary>
    public ConcurrentDictionary<string, int> Used { get; } = new();

    /// <summary>What is allowed and was never asked: verb and resource.</summary>
    public IEnumerable<string> Unused => grants.Select(g => $"{g.Verb} {g.Resource}").Distinct().Except(Used.Keys);

    public bool Allows(ApiCall call)
    {
        // Everybody may ask for the version (system:public-info-viewer).
        if (call.User != user || (call.Verb == "get" && call.Resource == "/version"))
        {
            return true;
        }

        var allowed = grants.Any(g => (g.Namespace is null || g.Namespace == call.Namespace) && g.Group == call.Group && g.Resource == call.FullResource
            && g.Verb == call.Verb && (g.Names.Length == 0 || g.Names.Contains(call.Name)));
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

    private static string KindOf(JsonObject document) => (string)document["kind"]!;

    private static string[] Texts(JsonNode? list) => list is null ? [] : [.. list.AsArray().Select(item => (string)item!)];
}
