using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Deployments;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers.Revisions;

/// <summary>The ControllerRevisions of one StatefulSet or DaemonSet, as both controllers keep them.</summary>
internal sealed class ControllerHistory
{
    private const int MostCollisions = 10;
    private readonly ControllerLoop loop;
    private readonly JsonObject owner;
    private readonly RevisionStyle style;
    private readonly List<JsonObject> revisions;

    public ControllerHistory(ControllerLoop loop, JsonObject owner, RevisionStyle style)
    {
        (this.loop, this.owner, this.style) = (loop, owner, style);
        revisions = [.. loop.Index.OwnedBy(ResourceTypes.ControllerRevisions, Kube.Uid(owner)).OrderBy(Number)];
    }

    /// <summary>Times that a hash was taken already.</summary>
    public int Collisions { get; private set; }

    public static long Number(JsonObject revision) => (long?)revision["revision"] ?? 0;

    /// <summary>The pod template that a ControllerRevision keeps.</summary>
    public static JsonObject Template(JsonObject revision)
    {
        var template = (JsonObject)revision["data"]!["spec"]!["template"]!.DeepClone();
        template.Remove("$patch");
        return template;
    }

    public JsonObject? Find(string? name) => revisions.FirstOrDefault(r => Kube.Name(r) == name);

    /// <summary>The hash in a ControllerRevision's labels.</summary>
    public string Hash(JsonObject revision) => Kube.Text(revision["metadata"]?["labels"]?[style.HashLabel]);

    /// <summary>The ControllerRevision of the current template: found, given the highest number, or made.</summary>
    public JsonObject Current()
    {
        Collisions = Kube.Count(owner["status"]?["collisionCount"]);
        var template = owner["spec"]!["template"]!;
        var equal = revisions.LastOrDefault(r => JsonNode.DeepEquals(Template(r), template));
        if (equal is null)
        {
            return Create((JsonObject)template);
        }

        if (Number(equal) < Number(revisions[^1]))
        {
            var next = Number(revisions[^1]) + 1;
            var renumbered = loop.Store.Modify(ResourceTypes.ControllerRevisions, Kube.Key(owner).Namespace, Kube.Name(equal), item =>
            {
                item["revision"] = next;
                return true;
            });
            revisions.Remove(equal);
            revisions.Add(renumbered);
            return renumbered;
        }

        return equal;
    }

    /// <summary>Deletes what <c>revisionHistoryLimit</c> does not keep, oldest first; what is in use is kept and not counted.</summary>
    public void Truncate(Func<JsonObject, bool> isInUse)
    {
        var unused = revisions.Where(r => !isInUse(r) && !Kube.IsDeleting(r)).ToArray();
        var limit = (int?)owner["spec"]!["revisionHistoryLimit"] ?? 10;
        foreach (var revision in unused.Take(Math.Max(0, unused.Length - limit)))
        {
            loop.Store.Delete(ResourceTypes.ControllerRevisions, Kube.Key(owner).Namespace, Kube.Name(revision));
            revisions.Remove(revision);
        }
    }

    private JsonObject Create(JsonObject template)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var made = loop.Store.Create(ResourceTypes.ControllerRevisions, Kube.Key(owner).Namespace, New(template));
                revisions.Add(made);
                return made;
            }
            catch (ApiException taken) when (taken.Code == 409 && attempt < MostCollisions)
            {
                Collisions++;
            }
        }
    }

    private JsonObject New(JsonObject template)
    {
        var hash = TemplateHash.Of(template, Collisions);
        var labels = template["metadata"]?["labels"]?.DeepClone() as JsonObject ?? [];
        labels[style.HashLabel] = hash;
        var kept = new JsonObject { ["$patch"] = "replace" };
        foreach (var (key, value) in template)
        {
            kept[key] = value?.DeepClone();
        }

        var metadata = new JsonObject
        {
            ["name"] = $"{Kube.Name(owner)}-{hash}",
            ["namespace"] = Kube.Key(owner).Namespace,
            ["labels"] = labels,
            ["ownerReferences"] = Kube.OwnedBy("apps/v1", style.Kind, owner),
        };
        if (owner["metadata"]?["annotations"] is JsonObject { Count: > 0 } annotations)
        {
            metadata["annotations"] = annotations.DeepClone();
        }

        return new JsonObject
        {
            ["metadata"] = metadata,
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = kept } },
            ["revision"] = revisions.Count == 0 ? 1 : Number(revisions[^1]) + 1,
        };
    }
}
