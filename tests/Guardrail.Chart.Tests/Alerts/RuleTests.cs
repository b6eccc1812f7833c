using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Guardrail.Testing.Programs;

namespace Guardrail.Chart.Tests.Alerts;

/// <summary>The alerts, by Prometheus' own tool: they are valid, fire when they should and keep silent when they should.</summary>
[Category("Helm")]
[Category("Prometheus")]
[CancelAfter(60_000)]
internal sealed class RuleTests
{
    private static readonly string Cases = Checkout.PathOf("tests", "Guardrail.Chart.Tests", "Alerts", "cases.yaml");

    [Test]
    public async Task The_rules_are_valid(CancellationToken cancellationToken)
    {
        var rules = AlertRules.Text(await AlertRules.SpecAsync(cancellationToken));
        var run = await AlertRules.PromtoolAsync(new Dictionary<string, string> { ["rules.yaml"] = rules }, ["check", "rules", "--lint-fatal", "rules.yaml"], cancellationToken);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
    }

    [Test]
    public async Task Each_alert_fires_and_keeps_silent_as_its_cases_say(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, string>
        {
            ["rules.yaml"] = AlertRules.Text(await AlertRules.SpecAsync(cancellationToken)),
            ["cases.yaml"] = await File.ReadAllTextAsync(Cases, cancellationToken),
        };
        var run = await AlertRules.PromtoolAsync(files, ["test", "rules", "cases.yaml"], cancellationToken);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
    }

    [Test]
    public async Task Each_alert_has_a_case_that_fires_one_that_does_not_and_a_paragraph_that_helps(CancellationToken cancellationToken)
    {
        var rules = (await AlertRules.SpecAsync(cancellationToken))["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray()).ToArray();
        var cases = YamlDocuments.Read(await File.ReadAllTextAsync(Cases, cancellationToken)).Single()["tests"]!.AsArray()
            .SelectMany(t => t!["alert_rule_test"]!.AsArray()).ToArray();
        var document = await File.ReadAllTextAsync(Checkout.PathOf("docs", "operating.md"), cancellationToken);
        foreach (var name in rules.Select(r => (string)r!["alert"]!))
        {
            var own = cases.Where(c => (string)c!["alertname"]! == name).ToArray();
            Assert.That(own.Any(c => c!["exp_alerts"] is JsonArray { Count: > 0 }), Is.True, name + " fires in a case");
            Assert.That(own.Any(c => c!["exp_alerts"] is JsonArray { Count: 0 }), Is.True, name + " keeps silent in a case");
            Assert.That(document, Does.Contain($"#### {name}\n"), "docs/operating.md says what to do");
        }

        Assert.That(rules.Select(r => (string)r!["annotations"]!["runbook_url"]!), Has.All.Match(@"operating\.md#guardrail[a-z]+$"));
        Assert.That(rules.Select(r => (string?)r!["labels"]!["team"]), Has.All.EqualTo("platform"), "labels of the values");
        Assert.That(rules.Select(r => Regex.Count((string)r!["expr"]!, "namespace=\"guardrail\",container=\"guardrail\"")), Has.All.EqualTo(1));
    }

    [Test]
    public async Task What_the_dashboard_asks_is_valid(CancellationToken cancellationToken)
    {
        var queries = AlertRules.Queries(await AlertRules.DashboardAsync(cancellationToken)).ToArray();
        var rules = new JsonArray([.. queries.Select((query, number) => (JsonNode)new JsonObject { ["record"] = $"panel:{number}", ["expr"] = query })]);
        var file = AlertRules.Text(new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "dashboard", ["rules"] = rules }) });
        var run = await AlertRules.PromtoolAsync(new Dictionary<string, string> { ["rules.yaml"] = file }, ["check", "rules", "rules.yaml"], cancellationToken);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
    }
}
