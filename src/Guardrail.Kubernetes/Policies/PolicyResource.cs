using System.Text.Json;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Policies;

/// <summary>A GuardrailPolicy of the cluster, read.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">The cluster's uid of it.</param>
/// <param name="Generation">Counts changes of its spec.</param>
/// <param name="Policy">The policy; null when it cannot be used.</param>
/// <param name="Problem">Why it cannot be used, naming the field; null when it can.</param>
public sealed record PolicyResource(string Namespace, string Name, string Uid, long Generation, GuardPolicy? Policy, string? Problem)
{
    /// <summary>The kind's name in paths of the API.</summary>
    public const string Plural = "guardrailpolicies";

    /// <summary>The rights that policies from the cluster take.</summary>
    public static IReadOnlyList<AccessRule> Rights { get; } =
    [
        new("guardrail.dev", Plural, "get", "list", "watch"),
        new("guardrail.dev", Plural + "/status", "patch"),
    ];

    /// <summary>The status as it was when the object was read, as JSON; null when there was none.</summary>
    public string? Status { get; init; }

    /// <summary>Reads an object.</summary>
    /// <exception cref="JsonException">It is no object of the API.</exception>
    public static PolicyResource Read(JsonElement item)
    {
        var metadata = item.Field("metadata");
        var (ns, name) = (metadata.Required("namespace"), metadata.Required("name"));
        var spec = item.Field("spec");
        var (policy, problem) = ((GuardPolicy?)null, (string?)null);
        try
        {
            policy = PolicyFile.Read(ns, name, spec.ValueKind == JsonValueKind.Undefined ? null : spec.GetRawText());
        }
        catch (ConfigurationException fault)
        {
            problem = fault.Message;
        }

        var status = item.Field("status");
        return new(ns, name, metadata.Required("uid"), metadata.Number("generation") ?? 0, policy, problem)
        {
            Status = status.ValueKind == JsonValueKind.Undefined ? null : status.GetRawText(),
        };
    }
}
