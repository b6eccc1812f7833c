using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>ConfigMaps and Secrets, with what is binary in them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConfigRulesTests
{
    private readonly ObjectStore store = new(new FakeTimeProvider(), new Random(1));

    [TestCase("""{"binaryData":{"a":"AQ=="}}""", "binaryData: Forbidden: field is immutable when `immutable` is set")]
    [TestCase("""{"data":{"k":"other"}}""", "data: Forbidden: field is immutable when `immutable` is set")]
    [TestCase("""{"data":{"a":"v"}}""", "[data: Forbidden: field is immutable when `immutable` is set, data[a]: Invalid value: \"a\": duplicate of key present in binaryData]")]
    [TestCase("""{"immutable":false}""", "immutable: Forbidden: field is immutable when `immutable` is set")]
    [TestCase("""{"immutable":null}""", "immutable: Forbidden: field is immutable when `immutable` is set")]
    public void Nothing_of_an_immutable_ConfigMap_can_be_changed_nor_that_it_is(string patch, string refusal)
    {
        Create("""{"immutable":true,"data":{"k":"v"},"binaryData":{"a":"AA=="}}""");
        var fault = Assert.Throws<ApiException>(() => Merge(patch))!;
        Assert.That((fault.Code, fault.Message), Is.EqualTo((422, $"ConfigMap \"c\" is invalid: {refusal}")));
        Merge("""{"metadata":{"labels":{"team":"web"}}}""");
    }

    [Test]
    public void Binary_values_are_merged_as_texts_are()
    {
        Create("""{"binaryData":{"a":"AA==","b":"AQ=="}}""");
        Merge("""{"binaryData":{"a":null,"c":"Ag=="}}""");
        Assert.That(
            store.Get(ResourceTypes.ConfigMaps, "default", "c")["binaryData"]!.ToJsonString(), Is.EqualTo("""{"b":"AQ==","c":"Ag=="}"""));
    }

    [Test]
    public void A_key_stands_in_one_of_the_maps() => Assert.That(
        Assert.Throws<ApiException>(() => Create("""{"data":{"k":"v"},"binaryData":{"k":"AA=="}}"""))!.Message,
        Is.EqualTo("ConfigMap \"c\" is invalid: data[k]: Invalid value: \"k\": duplicate of key present in binaryData"));

    [TestCase(786_432, 262_144, true)]
    [TestCase(786_432, 262_145, false)]
    public void The_limit_counts_texts_and_decoded_bytes_together(int binary, int text, bool fits)
    {
        var config = new JsonObject
        {
            ["data"] = new JsonObject { ["t"] = new string('x', text) },
            ["binaryData"] = new JsonObject { ["b"] = Convert.ToBase64String(new byte[binary]) },
        };
        Assert.That(() => Create(config.ToJsonString()), fits ? Throws.Nothing : Throws.InstanceOf<ApiException>().With.Message.Contains("may not be more than 1048576 bytes"));
    }

    [TestCase("AAA", 0)]
    [TestCase("A*==", 1)]
    public void What_is_no_base64_is_not_taken(string value, int place) => Assert.That(
        Assert.Throws<ApiException>(() => Create(new JsonObject { ["binaryData"] = new JsonObject { ["b"] = value } }.ToJsonString()))!.Message,
        Does.EndWith($"illegal base64 data at input byte {place}"));

    private void Create(string config)
    {
        var item = JsonNode.Parse(config)!.AsObject();
        item["metadata"] = new JsonObject { ["name"] = "c" };
        store.Create(ResourceTypes.ConfigMaps, "default", item);
    }

    private void Merge(string patch) => store.Modify(ResourceTypes.ConfigMaps, "default", "c", item =>
    {
        MergePatch.Apply(item, JsonNode.Parse(patch)!.AsObject());
        return true;
    });
}
