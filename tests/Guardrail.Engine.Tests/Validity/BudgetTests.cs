using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Validity;

/// <summary>Trying again does not buy false rollbacks.</summary>
public sealed class BudgetTests
{
    [Test]
    public void A_revision_that_was_rolled_back_and_released_is_tried_again_with_half_the_budget()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
        Assert.That(scenario.Rollout.Budget, Is.EqualTo(0.001));

        scenario.Cluster.Quarantined.Clear();
        scenario.Run(3).Cluster.Redeploy("v2");
        scenario.Run(2);

        Assert.That(scenario.Rollout.Id.To.Hash, Is.EqualTo("v2"));
        Assert.That(scenario.Rollout.Budget, Is.EqualTo(0.0005));
        Assert.That(scenario.Rollout.RollbackThreshold, Is.EqualTo(Math.Log(2000)).Within(1e-12));
    }
}
