using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>
/// A copy of a ConfigMap's or Secret's content: an immutable object of the same kind and namespace, owned by a revision of the workload, so that it goes
/// when that goes. It carries none of the original's labels and annotations, so that whatever manages the original neither selects nor prunes it.
/// </summary>
internal static class ConfigurationCopy
{
    /// <summary>Label of every copy: <c>known-good</c>, or <c>replaced</c> by a rollback.</summary>
    public const string Label = "guardrail.dev/configuration";

    /// <summary>Annotation: name of the original.</summary>
    public const string Of = "guardrail.dev/copy-of";

    /// <summary>Annotation: the original's resourceVersion when it was copied.</summary>
    public const string Version = "guardrail.dev/copied-version";

    /// <summary>Annotation: type of the original, where that is a Secret.</summary>
    public const string OriginalType = "guardrail.dev/copied-type";

    /// <summary>Type of a Secret that is a copy: none of the built-in ones, whose rules a controller may act upon.</summary>
    private const string Type = "guardrail.dev/copy";

    /// <summary>Name of the copy; follows from what it is a copy of, so that making it twice makes it once.</summary>
    /// <param name="ownerUid">Uid of the revision that owns it.</param>
    /// <param name="reference">The original.</param>
    /// <param name="occasion">Empty for what is known good; else the decision by which it was replaced.</param>
    public static string NameOf(string ownerUid, ConfigurationReference reference, string occasion = "")
    {
        var identity = string.Join('\n', ownerUid, reference.Kind, reference.Name, occasion);
        return "guardrail-config-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..24];
    }

    /// <summary>The copy.</summary>
    /// <param name="original">What is copied.</param>
    /// <param name="reference">Its name.</param>
    /// <param name="owner">The revision that owns it: a ReplicaSet or ControllerRevision.</param>
    /// <param name="occasion">Empty for what is known good; else the decision by which it is replaced.</param>
    public static JsonObject Make(ConfigurationContent original, ConfigurationReference reference, ConfigurationOwner owner, string occasion = "")
    {
        var annotations = new JsonObject { [Of] = reference.Name, [Version] = original.ResourceVersion };
        var copy = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = reference.Kind.ToString(),
            ["metadata"] = new JsonObject
            {
                ["name"] = NameOf(owner.Uid, reference, occasion),
                ["labels"] = new JsonObject { [Label] = occasion.Length == 0 ? "known-good" : "replaced" },
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = "apps/v1",
                    ["kind"] = owner.Kind,
                    ["name"] = owner.Name,
                    ["uid"] = owner.Uid,
                }),
            },
            ["immutable"] = true,
        };
        if (reference.Kind == ConfigurationKind.Secret)
        {
            (copy["type"], annotations[OriginalType]) = (Type, original.Type);
        }

        foreach (var part in (ReadOnlySpan<string>)["data", "binaryData"])
        {
            if (original.Copy(part) is { } content)
            {
                copy[part] = content;
            }
        }

        return copy;
    }

    /// <summary>The original made anew from its copy, after somebody deleted it. Not immutable, so that its owner can go on with it.</summary>
    public static JsonObject Recreate(ConfigurationContent copy, ConfigurationReference reference, string decision)
    {
        var made = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = reference.Kind.ToString(),
            ["metadata"] = new JsonObject
            {
                ["name"] = reference.Name,
                ["annotations"] = new JsonObject { [Workloads.GuardrailAnnotations.RestoredBy] = decision },
            },
        };
        if (copy.Annotation(OriginalType) is { } type)
        {
            made["type"] = type;
        }

        foreach (var part in (ReadOnlySpan<string>)["data", "binaryData"])
        {
            if (copy.Copy(part) is { } content)
            {
                made[part] = content;
            }
        }

        return made;
    }
}

/// <summary>The revision that owns a copy.</summary>
/// <param name="Kind">ReplicaSet or ControllerRevision.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid.</param>
internal readonly record struct ConfigurationOwner(string Kind, string Name, string Uid)
{
    public static ConfigurationOwner Of(Engine.Workloads.WorkloadKind kind, System.Text.Json.JsonElement revision)
    {
        var metadata = revision.Field("metadata");
        return new(
            kind == Engine.Workloads.WorkloadKind.Deployment ? "ReplicaSet" : "ControllerRevision", metadata.Required("name"), metadata.Required("uid"));
    }
}
