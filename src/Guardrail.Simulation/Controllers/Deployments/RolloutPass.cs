using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>One look at one Deployment: reads its ReplicaSets and does one step towards what the Deployment asks for.</summary>
internal sealed partial class RolloutPass(ControllerLoop loop, EventRecorder events, JsonObject json)
{
    private const string Component = "deployment-controller";
    private readonly List<ReplicaSetView> old = [];
    private ReplicaSetView? newest;
    private List<ReplicaSetView>? sets;
    private bool notedPause;

    public DeploymentView Deployment { get; private set; } = new(json);

    /// <summary>When the same Deployment is to be looked at again; null when only on its next change.</summary>
    public TimeSpan? CheckAgainAfter { get; private set; }

    private IReadOnlyList<ReplicaSetView> All => newest is null ? old : [.. old, newest];

    private DateTimeOffset Now => loop.Now;

    /// <summary>Tells in the Progressing condition that the Deployment was paused or resumed.</summary>
    public void NotePause()
    {
        var reason = (string?)Deployment.Progressing?["reason"];
        if (Deployment.ProgressDeadline is null || reason == "ProgressDeadlineExceeded" || Deployment.Paused == (reason == "DeploymentPaused"))
        {
            return;
        }

        notedPause = true;
        UpdateStatus(d => Deployment.Paused
            ? ConditionWriter.Set(StatusOf(d), "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", Now)
            : ConditionWriter.Set(StatusOf(d), "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", Now));
    }

    /// <summary>Whether the Deployment was scaled since its active ReplicaSets were sized.</summary>
    public bool WasScaled() =>
        All.Any(s => s.Desired > 0 && s.AnnotatedCount(DeploymentAnnotations.DesiredReplicas) is { } sized && sized != Deployment.Replicas);

    /// <summary>
    /// Whether this look ends here. The real controller writes the status of a new ReplicaSet from what it read before it wrote the
    /// pause condition, loses that race against itself, and looks again (recording 02b: DeploymentResumed outlives the new ReplicaSet).
    /// </summary>
    public bool LostRace { get; private set; }

    /// <summary>Finds the ReplicaSet of the current template and numbers it; makes it when there is none and that is wanted.</summary>
    public void FindRevisions(bool create)
    {
        sets ??= [.. loop.Index.OwnedBy(ResourceTypes.ReplicaSets, Kube.Uid(Deployment.Json)).Select(s => new ReplicaSetView(s))];
        newest = ReplicaSetView.OldestFirst(sets).FirstOrDefault(s => s.HasTemplate(Deployment.Template));
        old.Clear();
        old.AddRange(sets.Where(s => s.Uid != newest?.Uid));
        var revision = old.Select(s => s.Revision).DefaultIfEmpty().Max() + 1;
        if (newest is not null)
        {
            UseAgain(newest, revision);
        }
        else if (create)
        {
            Create(revision);
        }
    }

    /// <summary>Whether the status that is stored now tells of a finished rollout.</summary>
    public bool IsComplete() => Deployment.Status is JsonObject status && Deployment.IsComplete(status);

    /// <summary>Whether pods of old revisions exist, terminating ones too.</summary>
    public bool OldPodsExist() =>
        old.Sum(s => s.Actual) > 0 || old.Any(s => loop.Index.OwnedBy(ResourceTypes.Pods, s.Uid).Any(IsAlive));

    /// <summary>Deletes ReplicaSets beyond revisionHistoryLimit, oldest revision first; those with pods stay.</summary>
    public void CleanUp()
    {
        var alive = old.Where(s => !Kube.IsDeleting(s.Json)).OrderBy(s => s.Revision).ToArray();
        foreach (var set in alive.Take(Math.Max(0, alive.Length - Deployment.HistoryLimit)))
        {
            var observed = (long?)set.Json["status"]?["observedGeneration"] ?? 0;
            if (set.Actual == 0 && set.Desired == 0 && (long)set.Json["metadata"]!["generation"]! <= observed)
            {
                loop.Store.Delete(ResourceTypes.ReplicaSets, Deployment.Key.Namespace, set.Name);
                Forget(set);
            }
        }
    }

    /// <summary>Writes counts and conditions, without judging progress.</summary>
    public void WriteStatus() => Store(DeploymentStatus.Calculate(Deployment, All, newest, Now));

    /// <summary>Writes counts and conditions of a rollout, and sees to its deadline.</summary>
    public void WriteRolloutStatus()
    {
        var status = DeploymentStatus.Calculate(Deployment, All, newest, Now);
        DeploymentStatus.JudgeProgress(Deployment, status, newest, Now);
        Store(status);
        CheckAgainAfter = DeploymentStatus.UntilDeadline(Deployment, status, Now);
    }

    private static bool IsAlive(JsonObject pod) => (string?)pod["status"]?["phase"] is not ("Succeeded" or "Failed");

    private static JsonObject StatusOf(JsonObject deployment)
    {
        if (deployment["status"] is not JsonObject status)
        {
            deployment["status"] = status = [];
        }

        return status;
    }

    private void Store(JsonObject status)
    {
        if (!JsonNode.DeepEquals(status, Deployment.Status))
        {
            UpdateStatus(d =>
            {
                d["status"] = status.DeepClone();
                return true;
            });
        }
    }

    private void UpdateStatus(Func<JsonObject, bool> change) =>
        Deployment = new DeploymentView(
            loop.Store.Modify(ResourceTypes.Deployments, Deployment.Key.Namespace, Deployment.Key.Name, change, "status"));

    private void Replace(ReplicaSetView before, JsonObject after)
    {
        var set = new ReplicaSetView(after);
        sets![sets.IndexOf(before)] = set;
        if (newest == before)
        {
            newest = set;
        }
        else
        {
            old[old.IndexOf(before)] = set;
        }
    }

    private void Forget(ReplicaSetView set)
    {
        sets!.Remove(set);
        old.Remove(set);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
