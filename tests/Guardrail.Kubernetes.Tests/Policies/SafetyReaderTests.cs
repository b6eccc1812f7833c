using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Kubernetes.Tests.Policies;

public sealed class SafetyReaderTests
{
    private const string Head = "apiVersion: guardrail.dev/v1alpha1\nkind: GuardrailPolicy\nmetadata: {name: shop, namespace: shop}\nspec:\n";

    [Test]
    public void Reads_what_limits_rollbacks_as_a_whole()
    {
        var policy = Load("  cureWindow: 3m\n  storm: {rollbacks: 5, window: 15m}\n  freeze: {rollbacks: 2, window: 48h, liftedAt: 2026-03-05T12:00:00Z}");

        Assert.That(policy.CureWindow, Is.EqualTo(TimeSpan.FromMinutes(3)));
        Assert.That(policy.Storm, Is.EqualTo(new StormLimit { Rollbacks = 5, Window = TimeSpan.FromMinutes(15) }));
        Assert.That(policy.Freeze, Is.EqualTo(new FreezeLimit
        {
            Rollbacks = 2,
            Window = TimeSpan.FromDays(2),
            LiftedAt = new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero),
        }));
    }

    [Test]
    public void Reads_what_is_done_about_a_contest()
    {
        Assert.That(Load("  contest: {action: Suspend, argoCdNamespace: gitops}").Contest, Is.EqualTo(new ContestRule { Action = ContestAction.Suspend, ArgoCdNamespace = "gitops" }));
        Assert.That(Load("  contest: {action: Refuse}").Contest, Is.EqualTo(new ContestRule { Action = ContestAction.Refuse, ArgoCdNamespace = "argocd" }));
        Assert.That(Load("  tick: 5s").Contest.Action, Is.EqualTo(ContestAction.Notify));
    }

    [Test]
    public void What_is_left_out_has_its_default()
    {
        Assert.That(Load("  storm: {window: 5m}").Storm, Is.EqualTo(new StormLimit { Rollbacks = 3, Window = TimeSpan.FromMinutes(5) }));
        Assert.That(Load("  freeze: {rollbacks: 1}").Freeze, Is.EqualTo(new FreezeLimit { Rollbacks = 1, Window = TimeSpan.FromDays(7) }));
        Assert.That(Load("  tick: 5s").CureWindow, Is.EqualTo(TimeSpan.FromMinutes(5)));
    }

    [TestCase("2026-03-05T14:00:00+02:00")]
    [TestCase("2026-03-05T12:00Z")]
    [TestCase("2026-03-05T07:00:00-05:00")]
    public void A_moment_may_be_written_in_any_offset(string text) => Assert.That(
        Load($"  freeze: {{liftedAt: \"{text}\"}}").Freeze.LiftedAt, Is.EqualTo(new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero)));

    [TestCase("  cureWindow: 5s", "policy.yaml(5,15): spec.cureWindow is 5s, but must be from 30s to 1h.")]
    [TestCase("  storm: {rollbacks: 0}", "policy.yaml(5,22): spec.storm.rollbacks is \"0\", but must be a whole number from 1 to 1000.")]
    [TestCase("  storm: {window: 30s}", "policy.yaml(5,19): spec.storm.window is 30s, but must be from 1m to 24h.")]
    [TestCase("  storm: {rollback: 1}", "policy.yaml(5,11): spec.storm.rollback is not a field; did you mean rollbacks?")]
    [TestCase("  freeze: {window: 800h}", "policy.yaml(5,20): spec.freeze.window is 800h, but must be from 1h to 720h.")]
    [TestCase("  freeze: {liftedAt: yes}", "policy.yaml(5,22): spec.freeze.liftedAt is \"yes\", but must be a moment such as 2026-03-05T12:00:00Z.")]
    [TestCase("  freeze: {liftedAt: 2026-03-05}", "policy.yaml(5,22): spec.freeze.liftedAt is \"2026-03-05\", but must be a moment such as 2026-03-05T12:00:00Z.")]
    [TestCase("  freeze: {liftedAt: \"2026-03-05T12:00:00\"}", "policy.yaml(5,22): spec.freeze.liftedAt is \"2026-03-05T12:00:00\", but must be a moment such as 2026-03-05T12:00:00Z.")]
    public void A_mistake_is_told_with_its_place_and_its_remedy(string spec, string message) =>
        Assert.That(() => Load(spec), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));

    private static GuardPolicy Load(string spec) => PolicyFile.Load(new StringReader(Head + spec), "policy.yaml").Single();
}
