using CsCheck;
using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Acting;

/// <summary>How many pods there are, and how fast they are exchanged, is not Guardrail's to say: an autoscaler and the strategy do.</summary>
public sealed class CapacityTests
{
    [Test]
    public void No_action_writes_the_number_of_pods_or_the_strategy() => Gen.Select(Gen.Int[0, 500], Gen.Int[0, 500], Gen.Bool).Sample(
        (before, after, paused) =>
        {
            foreach (var (rollout, action) in Actions(paused))
            {
                rollout.Deployment["spec"]!["replicas"] = before;
                if (rollout.Plan(action) is not ActionPlan.Write write)
                {
                    continue;
                }

                var paths = write.Patch.Operations.Select(o => (string)o!["path"]!).ToList();
                Assert.That(paths, Has.None.StartsWith("/spec/replicas").And.None.StartsWith("/spec/strategy").And.None.EqualTo("/spec").And.None.EqualTo(""));

                // A number that the plan has never seen survives it.
                if (action is not WorkloadAction.StampKnownGood)
                {
                    rollout.Deployment["spec"]!["replicas"] = after;
                    var patched = PatchedObject.Apply(write.Patch, rollout.Deployment.ToJsonString())!;
                    Assert.That((int)patched["spec"]!["replicas"]!, Is.EqualTo(after));
                    Assert.That(patched["spec"]!["strategy"]!.ToJsonString(), Is.EqualTo(rollout.Deployment["spec"]!["strategy"]!.ToJsonString()));
                }
            }
        });

    private static IEnumerable<(RecordedRollout Rollout, WorkloadAction Action)> Actions(bool paused)
    {
        foreach (var make in new Func<RecordedRollout, WorkloadAction>[]
            { r => r.Hold(), r => r.Resume(), r => r.RollBack(RecordedRollout.First), r => r.RollBack(RecordedRollout.Second), r => r.Stamp() })
        {
            var rollout = new RecordedRollout();
            var action = make(rollout);
            if (paused)
            {
                rollout.Deployment["spec"]!["paused"] = true;
                rollout.Annotations[GuardrailAnnotations.PausedBy] = "d0";
            }

            yield return (rollout, action);
        }
    }
}
