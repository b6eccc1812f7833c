using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Daemon.Notifications;
using Guardrail.Engine.Decisions;

namespace Guardrail.Daemon.Tests.Notifications;

internal sealed class PayloadTests
{
    private static readonly ReceiverUrl Url = ReceiverUrl.Parse("https://hooks.example.com/services/secret", "the test");
    private static readonly ImmutableDictionary<string, string> Labels = ImmutableDictionary<string, string>.Empty.Add("cluster", "prod");

    [Test]
    public void A_webhook_gets_every_fact_in_a_versioned_form()
    {
        using var json = JsonDocument.Parse(new WebhookProtocol(Url, Labels).Write(Decisions.Notify(DecisionKind.Page, "page-58c9-4")));
        Assert.That(JsonSerializer.Serialize(json.RootElement), Is.EqualTo(JsonSerializer.Serialize(JsonDocument.Parse("""
            {
              "schema": "guardrail.dev/notification.v1",
              "id": "KEY",
              "event": "PersonNeeded",
              "severity": "critical",
              "at": "2026-03-05T12:00:00Z",
              "title": "A person is needed for shop/checkout",
              "reason": "65 errors in 1,388 requests",
              "verdict": "Regressed",
              "decision": "page-58c9-4",
              "rollout": {
                "namespace": "shop", "kind": "Deployment", "workload": "checkout", "uid": "uid-checkout",
                "fromRevision": "6f7d", "toRevision": "58c9", "number": 4
              },
              "labels": {"cluster": "prod"}
            }
            """).RootElement).Replace("KEY", Decisions.Notify(DecisionKind.Page, "page-58c9-4").Key, StringComparison.Ordinal)));
    }

    [Test]
    public void Slack_takes_nothing_of_a_reason_for_markup()
    {
        var told = Decisions.Notify(DecisionKind.Page, reason: "<!channel> a & b > c *bold*");
        using var json = JsonDocument.Parse(new SlackProtocol(Url, Labels.Add("x", "<@U1>")).Write(told));
        var blocks = json.RootElement.GetProperty("blocks");
        Assert.That(json.RootElement.GetProperty("text").GetString(), Does.Contain("&lt;!channel&gt; a &amp; b &gt; c"));
        Assert.That(blocks[0].GetProperty("text").GetProperty("text").GetString(), Is.EqualTo("🚨 A person is needed for shop/checkout"));
        Assert.That(blocks[1].GetProperty("text").GetProperty("type").GetString(), Is.EqualTo("plain_text"));
        Assert.That(blocks[1].GetProperty("text").GetProperty("text").GetString(), Is.EqualTo("<!channel> a & b > c *bold*"));
        Assert.That(blocks[2].GetProperty("elements")[0].GetProperty("text").GetString(), Does.Contain("x=&lt;@U1&gt;").And.Contain("6f7d → 58c9"));
    }

    [TestCase('&')]
    [TestCase('a')]
    public void Slack_gets_no_more_than_it_takes(char letter)
    {
        var told = Decisions.Notify(DecisionKind.Page, reason: new string(letter, 10_000)) with { Title = new string('t', 148) + "🚨🚨" };
        using var json = JsonDocument.Parse(new SlackProtocol(Url, Labels).Write(told));
        var blocks = json.RootElement.GetProperty("blocks");
        Assert.That(json.RootElement.GetProperty("text").GetString()!, Has.Length.LessThanOrEqualTo(3000).And.EndsWith("…"));
        Assert.That(json.RootElement.GetProperty("text").GetString()!.Replace("&amp;", "", StringComparison.Ordinal), Does.Not.Contain("&"), "no half entity");
        Assert.That(blocks[0].GetProperty("text").GetProperty("text").GetString()!, Has.Length.LessThanOrEqualTo(150));
        Assert.That(blocks[1].GetProperty("text").GetProperty("text").GetString()!, Has.Length.LessThanOrEqualTo(3000));
    }

    [Test]
    public void A_URL_as_text_is_its_host_only()
    {
        var url = ReceiverUrl.Parse("https://user:password@hooks.example.com:8443/services/secret?token=x", "the test");
        Assert.That(url.ToString(), Is.EqualTo("hooks.example.com:8443"));
    }
}
