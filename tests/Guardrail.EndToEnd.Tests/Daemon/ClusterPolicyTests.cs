using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Hosting;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>Policies that are objects of the cluster, made, changed, spoilt and deleted while the daemon runs.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(150_000)]
internal sealed class ClusterPolicyTests
{
    private const string Policies = "apis/guardrail.dev/v1alpha1/namespaces/" + TestShop.Space + "/guardrailpolicies";

    [Test]
    public async Task A_policy_counts_from_when_it_is_made_and_its_last_good_version_when_it_is_spoilt(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        using var http = new HttpClient { BaseAddress = shop.Cluster.Api.Address };
        await using var daemon = await GuardedDaemon.StartAsync(
            new DaemonOptions
            {
                PolicyPaths = [],
                ClusterPolicies = true,
                Scrape = true,
                Kubeconfig = shop.Kubeconfig,
                Listen = "127.0.0.1:0",
                Records = RecordKeeping.Required,
            },
            cancellationToken);

        await SendAsync(http, HttpMethod.Post, Policies, "application/yaml", PolicyText.For(TestShop.Space), cancellationToken);
        await daemon.Decisions.UntilToldAsync(6, cancellationToken);
        await UntilAsync(shop, http, s => (string?)Ready(s)?["status"] == "True" && (int?)s["guarded"] == 1 && (int?)s["rollbackReady"] == 1, cancellationToken);

        // The schema lets it pass, and the reader does not: steps that do not ascend.
        await SendAsync(
            http, HttpMethod.Patch, Policies + "/test", "application/merge-patch+json", """{"spec":{"pacing":{"stepPercents":[50,10]}}}""", cancellationToken);
        var spoilt = await UntilAsync(shop, http, s => (string?)Ready(s)?["status"] == "False", cancellationToken);
        Assert.That((string)Ready(spoilt)!["message"]!, Does.StartWith("spec.pacing.stepPercents").And.Contain("last valid version stays in force"));
        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));

        await SendAsync(http, HttpMethod.Delete, Policies + "/test", "application/json", "", cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await daemon.Decisions.UntilAsync(() => daemon.Decisions.Reports.Length > 0, "reports", cancellationToken);
        var (status, text) = await daemon.GetAsync("/readyz", cancellationToken);
        Assert.That(text, Does.Contain("[+] policies ok"), status.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static JsonNode? Ready(JsonNode status) =>
        (status["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == "Ready");

    private static async Task<JsonNode> UntilAsync(TestShop shop, HttpClient http, Func<JsonNode, bool> fits, CancellationToken cancellationToken)
    {
        JsonNode status = new JsonObject();
        try
        {
            while (true)
            {
                var seen = shop.Cluster.Store.Version;
                status = JsonNode.Parse(await http.GetStringAsync(new Uri(Policies + "/test", UriKind.Relative), cancellationToken))!["status"] ?? status;
                if (fits(status))
                {
                    return status;
                }

                await shop.Cluster.WaitUntilAsync(() => shop.Cluster.Store.Version != seen, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Waited in vain; the status is {status.ToJsonString()}");
            throw;
        }
    }

    private static async Task SendAsync(HttpClient http, HttpMethod method, string path, string type, string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body.Length == 0 ? null : new StringContent(body) };
        if (request.Content is { } content)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        using var answer = await http.SendAsync(request, cancellationToken);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync(cancellationToken));
    }
}
