using System.Text.Json;
using Guardrail.Kubernetes.Configuration;

namespace Guardrail.Kubernetes.Tests.Configuration;

public sealed class ConfigurationReferencesTests
{
    [TestCase("""{"containers": [{"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "k"}}}]}]}""", "ConfigMap a")]
    [TestCase("""{"containers": [{"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "a", "key": "k"}}}]}]}""", "Secret a")]
    [TestCase("""{"containers": [{"envFrom": [{"configMapRef": {"name": "a"}}, {"secretRef": {"name": "b"}}]}]}""", "ConfigMap a,Secret b")]
    [TestCase("""{"initContainers": [{"envFrom": [{"configMapRef": {"name": "a", "optional": true}}]}]}""", "ConfigMap a")]
    [TestCase("""{"volumes": [{"configMap": {"name": "a"}}, {"secret": {"secretName": "b"}}]}""", "ConfigMap a,Secret b")]
    [TestCase("""{"volumes": [{"projected": {"sources": [{"configMap": {"name": "a"}}, {"secret": {"name": "b"}}]}}]}""", "ConfigMap a,Secret b")]
    [TestCase("""{"volumes": [{"configMap": {"name": "a"}}], "containers": [{"envFrom": [{"configMapRef": {"name": "a"}}]}]}""", "ConfigMap a")]
    [TestCase("""{"volumes": [{"projected": {"sources": [{"configMap": {"name": "kube-root-ca.crt"}}]}}, {"emptyDir": {}}]}""", "")]
    [TestCase("""{"containers": [{"env": [{"name": "A", "value": "b"}]}]}""", "")]
    public void Every_way_to_name_configuration_is_found_once(string spec, string expected)
    {
        using var template = JsonDocument.Parse($$"""{"spec": {{spec}}}""");
        Assert.That(string.Join(',', ConfigurationReferences.Of(template.RootElement)), Is.EqualTo(expected));
    }

    [Test]
    public void A_template_that_names_very_many_has_the_rest_left_out()
    {
        var volumes = string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"configMap": {"name": "c{{i}}"} }"""));
        using var template = JsonDocument.Parse($$"""{"spec": {"volumes": [{{volumes}}]} }""");
        Assert.That(ConfigurationReferences.Of(template.RootElement), Has.Length.EqualTo(ConfigurationReferences.Limit));
    }
}
