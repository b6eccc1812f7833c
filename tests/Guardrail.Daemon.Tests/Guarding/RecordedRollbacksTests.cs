using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Daemon.Tests.Guarding;

internal sealed class RecordedRollbacksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);

    [TestCase(IntentState.Applied, 1)]
    [TestCase(IntentState.AlreadyDone, 1)]
    [TestCase(null, 1, Description = "interrupted: it may have been written")]
    [TestCase(IntentState.LostRace, 0)]
    [TestCase(IntentState.Impossible, 0)]
    [TestCase(IntentState.Abandoned, 0)]
    public void A_rollback_counts_unless_it_is_known_not_to_have_been_done(IntentState? state, int count) =>
        Assert.That(RecordedRollbacks.Of(Record("rollback-58c9-4", IntendedAction.RollBack, state)).Count(), Is.EqualTo(count));

    [TestCase("request-one", IntendedAction.RollBack, Description = "a person's")]
    [TestCase("hold-1", IntendedAction.Hold)]
    public void Nothing_else_counts(string decision, IntendedAction action) =>
        Assert.That(RecordedRollbacks.Of(Record(decision, action, IntentState.Applied)), Is.Empty);

    [Test]
    public void It_tells_when_what_under_which_policy_and_by_whom()
    {
        var entry = RecordedRollbacks.Of(Record("rollback-58c9-4", IntendedAction.RollBack, IntentState.Applied)).Single();
        Assert.That(entry.At, Is.EqualTo(Noon));
        Assert.That(entry.Workload, Is.EqualTo(new WorkloadId("shop", WorkloadKind.Deployment, "checkout")));
        Assert.That((entry.Uid, entry.Decision.Value, entry.Policy, entry.MadeBy), Is.EqualTo(("u-1", "rollback-58c9-4", "shop/test", ChangeAuthor.Agent)));
    }

    private static GuardedRollout Record(string decision, IntendedAction action, IntentState? state) => new()
    {
        Metadata = new() { Name = "r", Namespace = "shop" },
        Spec = new()
        {
            Workload = new() { Kind = WorkloadKind.Deployment, Name = "checkout", Uid = "u-1" },
            Policy = "test",
            From = "6f7d",
            To = "58c9",
            Number = 4,
            MadeBy = ChangeAuthor.Agent,
        },
        Status = new()
        {
            Intents =
            [
                new()
                {
                    Decision = decision,
                    Action = action,
                    Reason = "r",
                    Uid = "u-1",
                    Generation = 1,
                    At = Noon,
                    Writer = "one",
                    Outcome = state is { } known ? new() { State = known, At = Noon } : null,
                },
            ],
        },
    };
}
