using System.Text.Json.Nodes;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Tests.Samples;

public sealed class DrillRightsTests
{
    [Test]
    public void The_Role_of_the_sample_is_what_a_play_in_a_cluster_asks_for()
    {
        var role = SampleFiles.All.Single(d => d.File.EndsWith("drills/rights.yaml", StringComparison.Ordinal) && SampleFiles.Kind(d.Json) == "Role").Json;
        var granted = role["rules"]!.AsArray().SelectMany(rule =>
            from resource in (JsonArray)rule!["resources"]!
            from verb in (JsonArray)rule["verbs"]!
            select $"{verb} {rule["apiGroups"]![0]}/{resource}");
        Assert.That(granted, Is.EquivalentTo(ClusterRehearsal.Rights.SelectMany(r => r.Verbs.Select(v => $"{v} {r.Group}/{r.Resource}"))));
    }
}
