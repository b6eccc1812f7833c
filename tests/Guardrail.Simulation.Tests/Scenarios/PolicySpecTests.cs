using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Tests.Scenarios;

/// <summary>What a test cluster is given as GuardrailPolicy says the same as what virtual time is played with.</summary>
public sealed class PolicySpecTests
{
    private const string Files = """
        apiVersion: guardrail.dev/v1alpha1
        kind: GuardrailPolicy
        metadata: {name: first, namespace: shop}
        spec:
          workloads: {kinds: [Deployment, StatefulSet], selector: {matchLabels: {tier: front}}}
          fleetBudget: {falseRollbacksPerYear: 0.5, rolloutsPerYear: 1000}
          pacing: {stepPercents: [10, 50]}
          impact: [{workload: cart, signal: errors}]
        ---
        apiVersion: guardrail.dev/v1alpha1
        kind: GuardrailPolicy
        metadata: {name: second, namespace: shop}
        """;

    [Test]
    public void Every_scenario_of_the_library([ValueSource(typeof(ScenarioLibrary), nameof(ScenarioLibrary.Names))] string name) =>
        AssertSame(ScenarioLibrary.Load(name)!);

    [TestCase("policy: {bake: 90s, falseRollbackBudget: 0.002, signals: [{preset: http}], autonomy: Veto, history: 7}")]
    [TestCase("policy: shop.yaml")]
    [TestCase("policy: {file: shop.yaml, autonomy: Enforce}")]
    [TestCase("policy: {file: shop.yaml, falseRollbackBudget: 0.002, workloads: {kinds: [Deployment]}}")]
    [TestCase("observe: {interval: 2500ms}")]
    public void Policies_inline_in_a_file_and_laid_over_one(string policy)
    {
        var folder = Directory.CreateTempSubdirectory("guardrail-policies-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "shop.yaml"), Files);
            var scenario = Path.Combine(folder.FullName, "scenario.yaml");
            File.WriteAllText(scenario, Samples.Head + "services: {web: {traffic: 10/s}, cart: {traffic: 10/s}}\n" + policy);
            AssertSame(ScenarioFile.Load(scenario));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertSame(Scenario scenario)
    {
        Assert.That(scenario.PolicySpecs, Has.Length.EqualTo(scenario.Policies.Length));
        GuardPolicy[] read = [.. scenario.Policies.Zip(scenario.PolicySpecs, (policy, spec) => PolicyFile.Read(policy.Namespace, policy.Name, spec))];
        Assert.That(read, Is.EqualTo(scenario.Policies));
    }
}
