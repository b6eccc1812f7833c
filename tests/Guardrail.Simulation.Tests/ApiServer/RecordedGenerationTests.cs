using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Tests.Controllers;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Repeats recorded writes and compares what they made of metadata: which ones raise the generation differs by kind.</summary>
public sealed class RecordedGenerationTests
{
    [Test]
    public void Writes_raise_the_generation_of_each_kind_as_recorded()
    {
        var types = new[] { ResourceTypes.Deployments, ResourceTypes.StatefulSets, ResourceTypes.DaemonSets, ResourceTypes.ReplicaSets }
            .ToDictionary(t => t.Plural);
        var store = new ObjectStore(new FakeTimeProvider(), new Random(1));
        store.Create(ResourceTypes.Namespaces, null, Samples.Named("demo-j"));
        var compared = 0;
        foreach (var line in Recordings.Read("02j-generation").Where(l => l["method"] is not null))
        {
            var path = ((string)line["path"]!).Split('/');
            if (!types.TryGetValue(path[6], out var type))
            {
                continue;
            }

            var body = (JsonObject?)line["requestBody"]?.DeepClone() ?? [];
            var stored = (string)line["method"]! switch
            {
                "POST" => store.Create(type, "demo-j", body),
                "PATCH" => store.Modify(type, "demo-j", path[7], item => Changed(item, body), path.ElementAtOrDefault(8)),
                _ => store.Get(type, "demo-j", path[7]),
            };
            var expected = line["responseBody"]!["metadata"]!;
            foreach (var field in new[] { "generation", "labels" })
            {
                Assert.That(
                    JsonNode.DeepEquals(stored["metadata"]![field], expected[field]), Is.True,
                    $"{field} after {line["note"]}: {stored["metadata"]![field]?.ToJsonString()}, recorded {expected[field]?.ToJsonString()}");
            }

            compared++;
        }

        Assert.That(compared, Is.GreaterThan(35));
    }

    private static bool Changed(JsonObject item, JsonObject patch)
    {
        Merges.Merge(item, patch);
        return true;
    }
}
