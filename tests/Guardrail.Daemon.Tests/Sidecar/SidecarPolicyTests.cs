using Guardrail.Daemon.Hosting;
using Guardrail.Daemon.Sidecar;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Tests.Sidecar;

/// <summary>Whatever the policy says, a sidecar guards its own workload and no other.</summary>
internal sealed class SidecarPolicyTests
{
    private const string Text = """
        apiVersion: guardrail.dev/v1alpha1
        kind: GuardrailPolicy
        metadata: {name: mine, namespace: elsewhere}
        spec:
          workloads:
            kinds: [DaemonSet]
            selector: {matchLabels: {tier: web}}
          autonomy: Enforce
          bake: 3m

        """;

    private static readonly WorkloadId Own = new("shop", WorkloadKind.StatefulSet, "ledger");
    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("guardrail-sidecar-");

    [TearDown]
    public void RemoveFolder() => folder.Delete(recursive: true);

    [TestCase(null, Autonomy.Enforce, Autonomy.Observe, null)]
    [TestCase(Autonomy.Enforce, Autonomy.Enforce, Autonomy.Enforce, null)]
    [TestCase(Autonomy.Enforce, Autonomy.Veto, Autonomy.Veto, Autonomy.Enforce)]
    public void The_built_in_policy_observes_unless_more_is_given_and_allowed(Autonomy? given, Autonomy ceiling, Autonomy expected, Autonomy? asked)
    {
        var policy = SidecarPolicy.For(Own, Options(given, ceiling));

        Assert.That((policy.Autonomy, policy.AskedAutonomy), Is.EqualTo((expected, asked)));
        Assert.That(policy.Signals, Is.EqualTo(SignalPresets.Http));
        Assert.That(policy.Guards(Own, new Dictionary<string, string>()), Is.True);
    }

    [TestCase(null, Autonomy.Enforce)]
    [TestCase(Autonomy.Recommend, Autonomy.Recommend)]
    public void A_policy_of_a_file_guards_the_own_workload_whatever_it_selects(Autonomy? most, Autonomy expected)
    {
        var policy = SidecarPolicy.For(Own, Options(most, Autonomy.Enforce, Text));

        Assert.That(policy.Guards(Own, new Dictionary<string, string>()), Is.True);
        Assert.That(policy.Guards(Own with { Kind = WorkloadKind.DaemonSet }, new Dictionary<string, string> { ["tier"] = "web" }), Is.False);
        Assert.That((policy.Name, policy.Autonomy, policy.Bake), Is.EqualTo(("mine", expected, TimeSpan.FromMinutes(3))));
    }

    [Test]
    public void Several_policies_are_refused()
    {
        var options = Options(null, Autonomy.Enforce, Text + "---\n" + Text.Replace("mine", "yours", StringComparison.Ordinal));

        Assert.That(() => SidecarPolicy.For(Own, options), Throws.TypeOf<ConfigurationException>().With.Message.Contains("holds 2 policies; a sidecar guards one workload"));
    }

    [Test]
    public void Impact_on_others_is_refused()
    {
        var options = Options(null, Autonomy.Enforce, Text + "  impact:\n  - workload: frontend\n    signal: errors\n");

        Assert.That(() => SidecarPolicy.For(Own, options), Throws.TypeOf<ConfigurationException>().With.Message.Contains("spec.impact names other workloads"));
    }

    private DaemonOptions Options(Autonomy? autonomy, Autonomy ceiling, string? text = null)
    {
        var file = Path.Combine(folder.FullName, "policy.yaml");
        File.WriteAllText(file, text);
        return new()
        {
            PolicyPaths = text is null ? [] : [file],
            AutonomyCeiling = ceiling,
            Sidecar = new SidecarOptions { Pod = "ledger-0", Namespace = "shop", Autonomy = autonomy },
        };
    }
}
