using System.Text.Json.Nodes;
using Guardrail.Testing.Programs;

namespace Guardrail.Chart.Tests.Rendering;

/// <summary>Wrong values are refused with their name, and every value is described.</summary>
[Category("Helm")]
[CancelAfter(60_000)]
internal sealed class ValuesTests
{
    private static readonly string[] Free = ["podSecurityContext", "securityContext", "resources", "defaultPolicy.spec", "dashboard.labels"];

    [TestCase("autonomyCeiling=enforce", "'/autonomyCeiling': value must be one of 'Observe'")]
    [TestCase("storm.rollback=1", "'/storm': additional properties 'rollback' not allowed")]
    [TestCase("storm.rollbacks=0", "'/storm/rollbacks'")]
    [TestCase("storm.window=10", "'/storm/window'")]
    [TestCase("replicas=0", "'/replicas'")]
    [TestCase("terminationGracePeriodSeconds=10", "'/terminationGracePeriodSeconds'")]
    [TestCase("prometheus.url=prometheus:9090", "'/prometheus/url'")]
    [TestCase("prometheus.url=http://me:secret@prometheus:9090", "'/prometheus/url'")]
    [TestCase("workloadKinds[0]=Job", "'/workloadKinds/0'")]
    [TestCase("namespaces[0]=Shop", "'/namespaces/0'")]
    [TestCase("policies[0].name=shop", "'/policies/0': missing properties 'namespace', 'spec'")]
    [TestCase("defaultPolicy.spec.autonomie=Observe", "'/defaultPolicy/spec': additional properties 'autonomie' not allowed")]
    [TestCase("defaultPolicy.spec.signals[0].preset=otel", "'/defaultPolicy/spec/signals/0/preset'")]
    [TestCase("notifications.receivers[0].type=Mail", "'/notifications/receivers/0'")]
    [TestCase("image.digest=latest", "'/image/digest'")]
    [TestCase("prom.url=http://prometheus:9090", "additional properties 'prom' not allowed")]
    public async Task A_wrong_value_is_refused_with_its_name(string set, string told, CancellationToken cancellationToken) =>
        Assert.That(await RefusalAsync(cancellationToken, "--set", set), Does.Contain(told));

    [TestCase("", "Name one source of metrics: prometheus.url")]
    [TestCase("prometheus.url=http://p:9090,scrape.enabled=true", "Name one source of metrics")]
    [TestCase("scrape.enabled=true,serviceMonitor.enabled=true,podMonitor.enabled=true", "serviceMonitor.enabled and podMonitor.enabled exclude each other")]
    [TestCase("scrape.enabled=true,permissions.restoreSecrets=true", "permissions.restoreSecrets needs permissions.restoreConfig")]
    [TestCase("scrape.enabled=true,mode=sidecar,sidecar.workloads[0].name=checkout,admission.enabled=true", "admission.enabled needs mode operator")]
    [TestCase("scrape.enabled=true,namespaces={shop},defaultPolicy.namespaces={payments}", "defaultPolicy.namespaces names payments, which is not in namespaces")]
    [TestCase("scrape.enabled=true,serviceAccount.create=false", "name an existing ServiceAccount")]
    [TestCase("scrape.enabled=true,notifications.receivers[0].name=a,notifications.receivers[0].type=Slack", "a has neither url nor secret")]
    [TestCase("mode=sidecar", "sidecar.workloads is empty")]
    public async Task Values_that_do_not_go_together_are_refused_in_a_sentence(string set, string told, CancellationToken cancellationToken) =>
        Assert.That(await RefusalAsync(cancellationToken, "--set", set), Does.Contain(told));

    [Test]
    public void The_schema_knows_each_value_and_the_values_file_shows_each_of_the_schema()
    {
        var values = YamlDocuments.Read(File.ReadAllText(Path.Combine(HelmProgram.Chart, "values.yaml"))).Single();
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(HelmProgram.Chart, "values.schema.json")))!;
        Assert.That(Described(schema["properties"]!.AsObject(), "").Except(["global"]), Is.EquivalentTo(Shown(values, "")));
    }

    [Test]
    public void The_readme_of_the_chart_has_a_line_for_each_value()
    {
        var values = YamlDocuments.Read(File.ReadAllText(Path.Combine(HelmProgram.Chart, "values.yaml"))).Single();
        var readme = File.ReadAllText(Path.Combine(HelmProgram.Chart, "README.md"));
        Assert.That(Shown(values, "").Where(name => !readme.Contains($"| `{name}` |", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_schema_names_the_fields_of_a_policy_that_the_definition_has()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(HelmProgram.Chart, "values.schema.json")))!;
        var definition = YamlDocuments.Read(File.ReadAllText(Path.Combine(HelmProgram.Chart, "crds", "guardrailpolicies.yaml"))).Single();
        var fields = definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!["properties"]!.AsObject();
        Assert.That(
            schema["definitions"]!["policySpec"]!["properties"]!.AsObject().Select(p => p.Key), Is.EquivalentTo(fields.Select(f => f.Key)));
    }

    private static IEnumerable<string> Shown(JsonObject values, string before) => values.SelectMany(
        pair => pair.Value is JsonObject { Count: > 0 } inner && !Free.Contains(before + pair.Key) ? Shown(inner, before + pair.Key + ".") : [before + pair.Key]);

    private static IEnumerable<string> Described(JsonObject properties, string before) => properties.SelectMany(
        pair => pair.Value!["properties"] is JsonObject { Count: > 0 } inner && !Free.Contains(before + pair.Key)
            ? Described(inner, before + pair.Key + ".") : [before + pair.Key]);

    private static async Task<string> RefusalAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var run = await HelmProgram.RunAsync(cancellationToken, ["template", "guardrail", HelmProgram.Chart, .. arguments]);
        Assert.That(run.ExitCode, Is.Not.Zero);
        return run.Error;
    }
}
