using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <content>The ReplicaSet of the current template: found again, or made.</content>
internal sealed partial class RolloutPass
{
    private void UseAgain(ReplicaSetView set, long revision)
    {
        var renumbers = set.Revision < revision;
        var copies = Deployment.Json["metadata"]?["annotations"] is JsonObject given && given.Any(a => IsToCopy(a, set.Json));
        if (renumbers || copies || Kube.Count(set.Json["spec"]?["minReadySeconds"]) != Deployment.MinReadySeconds)
        {
            // The Deployment gets the number on the next look, as the real controller does it in two steps.
            Replace(set, loop.Store.Modify(ResourceTypes.ReplicaSets, Deployment.Key.Namespace, set.Name, item =>
            {
                CopyAnnotations(item);
                Renumber(item, set.Revision, revision);
                ((JsonObject)item["spec"]!).Remove("minReadySeconds");
                Kube.SetCount((JsonObject)item["spec"]!, "minReadySeconds", Deployment.MinReadySeconds);
                return true;
            }));
            return;
        }

        if (Kube.Annotation(Deployment.Json, DeploymentAnnotations.Revision) != Text(set.Revision)
            || (Deployment.ProgressDeadline is not null && Deployment.Progressing is null))
        {
            UpdateStatus(d =>
            {
                Kube.Annotations(d)[DeploymentAnnotations.Revision] = Text(set.Revision);
                if (Deployment.ProgressDeadline is not null && Deployment.Progressing is null)
                {
                    ConditionWriter.Set(
                        StatusOf(d), "Progressing", "True", "FoundNewReplicaSet", $"Found new replica set \"{set.Name}\"", Now);
                }

                return true;
            });
        }
    }

    private void Create(long revision)
    {
        var hash = TemplateHash.Of(Deployment.Template, Kube.Count(Deployment.Status?["collisionCount"]));
        var size = RolloutArithmetic.NewSize(Deployment, 0, old.Sum(s => s.Desired));
        var set = NewSet(hash, size, revision);
        try
        {
            newest = new ReplicaSetView(loop.Store.Create(ResourceTypes.ReplicaSets, Deployment.Key.Namespace, set));
        }
        catch (ApiException refused) when (refused.Code == 409)
        {
            // Another template has the same hash, or a stranger owns the name: another hash on the next look.
            UpdateStatus(d =>
            {
                StatusOf(d)["collisionCount"] = Kube.Count(d["status"]?["collisionCount"]) + 1;
                return true;
            });
            throw;
        }

        sets!.Add(newest);
        if (size > 0)
        {
            events.Normal(Deployment.Json, Component, "ScalingReplicaSet", $"Scaled up replica set {newest.Name} from 0 to {Text(size)}");
        }

        if (notedPause)
        {
            LostRace = true;
            return;
        }

        UpdateStatus(d =>
        {
            Kube.Annotations(d)[DeploymentAnnotations.Revision] = Text(revision);
            if (Deployment.ProgressDeadline is not null)
            {
                var message = $"Created new replica set \"{newest.Name}\"";
                ConditionWriter.Set(StatusOf(d), "Progressing", "True", "NewReplicaSetCreated", message, Now);
            }

            return true;
        });
    }

    private JsonObject NewSet(string hash, int size, long revision)
    {
        var template = (JsonObject)Deployment.Template.DeepClone();
        var templateMeta = template["metadata"] as JsonObject ?? [];
        template["metadata"] = templateMeta.Parent is null ? templateMeta : templateMeta.DeepClone();
        var labels = template["metadata"]!["labels"] as JsonObject ?? [];
        labels[TemplateHash.Label] = hash;
        template["metadata"]!["labels"] = labels.Parent is null ? labels : labels.DeepClone();
        var selector = (JsonObject)Deployment.Json["spec"]!["selector"]!.DeepClone();
        var match = selector["matchLabels"] as JsonObject ?? [];
        match[TemplateHash.Label] = hash;
        selector["matchLabels"] = match.Parent is null ? match : match.DeepClone();
        var set = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{Deployment.Key.Name}-{hash}",
                ["namespace"] = Deployment.Key.Namespace,
                ["labels"] = labels.DeepClone(),
                ["ownerReferences"] = Kube.OwnedBy("apps/v1", "Deployment", Deployment.Json),
            },
            ["spec"] = new JsonObject { ["replicas"] = size, ["selector"] = selector, ["template"] = template },
        };
        Kube.SetCount((JsonObject)set["spec"]!, "minReadySeconds", Deployment.MinReadySeconds);
        CopyAnnotations(set);
        var annotations = Kube.Annotations(set);
        annotations[DeploymentAnnotations.Revision] = Text(revision);
        annotations[DeploymentAnnotations.DesiredReplicas] = Text(Deployment.Replicas);
        annotations[DeploymentAnnotations.MaxReplicas] = Text(Deployment.Replicas + Deployment.MaxSurge);
        return set;
    }

    private static bool IsToCopy(KeyValuePair<string, JsonNode?> annotation, JsonObject set) =>
        DeploymentAnnotations.IsCopied(annotation.Key) && Kube.Annotation(set, annotation.Key) != (string?)annotation.Value;

    private static void Renumber(JsonObject set, long before, long revision)
    {
        if (before >= revision)
        {
            return;
        }

        var annotations = Kube.Annotations(set);
        if (annotations[DeploymentAnnotations.Revision] is not null)
        {
            var history = Kube.Text(annotations[DeploymentAnnotations.RevisionHistory]);
            annotations[DeploymentAnnotations.RevisionHistory] = history.Length == 0 ? Text(before) : $"{history},{Text(before)}";
        }

        annotations[DeploymentAnnotations.Revision] = Text(revision);
    }

    private void CopyAnnotations(JsonObject set)
    {
        foreach (var (key, value) in Deployment.Json["metadata"]?["annotations"] as JsonObject ?? [])
        {
            if (DeploymentAnnotations.IsCopied(key))
            {
                Kube.Annotations(set)[key] = (string?)value;
            }
        }
    }
}
