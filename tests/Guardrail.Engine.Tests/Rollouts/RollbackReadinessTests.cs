using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Rollouts;

[Category("Fault")]
public sealed class RollbackReadinessTests
{
    private static readonly RevisionId Old = new("old");
    private static readonly RevisionId New = new("new");

    [Test]
    public void With_a_known_good_revision_it_is_ready_and_names_it()
    {
        var readiness = RollbackReadiness.Of(View(Revision(Old, 1), Revision(New, 2)), Old);
        Assert.That((readiness.IsReady, readiness.Target), Is.EqualTo((true, (RevisionId?)Old)));
    }

    [Test]
    public void A_revision_that_serves_and_is_trusted_is_what_the_next_rollout_returns_to() =>
        Assert.That(RollbackReadiness.Of(View(Revision(New, 2)), New), Has.Property("IsReady").True.And.Property("Target").EqualTo(New));

    [Test]
    public void A_workload_that_keeps_no_history_is_not_ready_beforehand() =>
        Assert.That(Reason(View(Revision(New, 2)) with { HistoryLimit = 0 }, New), Is.EqualTo(RollbackReadinessReason.NoHistory));

    [Test]
    public void Without_history_it_is_ready_only_while_the_old_revision_still_has_pods()
    {
        var during = View(Revision(Old, 1) with { DesiredReplicas = 2 }, Revision(New, 2)) with { HistoryLimit = 0 };
        Assert.That(Reason(during, Old), Is.EqualTo(RollbackReadinessReason.Ready));
        Assert.That(Reason(View(Revision(Old, 1), Revision(New, 2)) with { HistoryLimit = 0 }, Old), Is.EqualTo(RollbackReadinessReason.NoHistory));
    }

    [Test]
    public void A_known_good_revision_that_is_gone_is_named()
    {
        var readiness = RollbackReadiness.Of(View(Revision(New, 2)), Old);
        Assert.That(readiness.Reason, Is.EqualTo(RollbackReadinessReason.RevisionMissing));
        Assert.That(readiness.Message, Does.Contain("old").And.Contain("revisionHistoryLimit"));
    }

    [Test]
    public void Nothing_known_good_is_said() =>
        Assert.That(Reason(View(Revision(Old, 1), Revision(New, 2)), null), Is.EqualTo(RollbackReadinessReason.NoKnownGoodRevision));

    [Test]
    public void A_quarantined_revision_is_nothing_to_return_to() =>
        Assert.That(Reason(View(Revision(Old, 1), Revision(New, 2)) with { Quarantined = [Old] }, Old), Is.EqualTo(RollbackReadinessReason.Quarantined));

    [Test]
    public void An_irreversible_workload_is_never_ready() =>
        Assert.That(Reason(View(Revision(Old, 1), Revision(New, 2)) with { Irreversible = true }, Old), Is.EqualTo(RollbackReadinessReason.Irreversible));

    [Test]
    public void Before_the_controller_has_seen_the_template_nothing_can_be_said() =>
        Assert.That(Reason(View(Revision(Old, 1)) with { CurrentRevision = null }, Old), Is.EqualTo(RollbackReadinessReason.NotObserved));

    [Test]
    public void Configuration_that_changed_and_would_not_go_back_is_said_beforehand_and_the_target_stays()
    {
        var readiness = RollbackReadiness.Of(Knowing(new(Old, Left: "ConfigMap env (has changed)")), Old);
        Assert.That((readiness.Reason, readiness.Target), Is.EqualTo((RollbackReadinessReason.ConfigurationChanged, (RevisionId?)Old)));
        Assert.That(readiness.Message, Does.Contain("would not be restored: ConfigMap env (has changed)"));
    }

    [Test]
    public void Configuration_that_would_go_back_leaves_it_ready() =>
        Assert.That(RollbackReadiness.Of(Knowing(new(Old, Restored: "ConfigMap env")), Old), Has.Property("IsReady").True.And.Property("Message").Contains("ConfigMap env"));

    [Test]
    public void Configuration_of_which_nothing_is_known_is_said_so() =>
        Assert.That(RollbackReadiness.Of(Knowing(new(Old, Unknown: "forbidden")), Old).Reason, Is.EqualTo(RollbackReadinessReason.ConfigurationUnknown));

    [Test]
    public void What_is_known_of_another_revision_s_configuration_says_nothing() =>
        Assert.That(RollbackReadiness.Of(Knowing(new(New, Left: "ConfigMap env")), Old).IsReady);

    private static WorkloadView Knowing(ConfigurationView known) => View(Revision(Old, 1), Revision(New, 2)) with { Configuration = known };

    private static RollbackReadinessReason Reason(WorkloadView view, RevisionId? lastGood) => RollbackReadiness.Of(view, lastGood).Reason;

    private static RevisionView Revision(RevisionId id, long number) => new() { Id = id, Number = number, DesiredReplicas = id == New ? 3 : 0 };

    private static WorkloadView View(params RevisionView[] revisions) => new()
    {
        Id = new("shop", WorkloadKind.Deployment, "checkout"),
        Uid = "u",
        Generation = 1,
        DesiredReplicas = 3,
        CurrentRevision = New,
        Revisions = [.. revisions],
        Pods = [],
    };
}
