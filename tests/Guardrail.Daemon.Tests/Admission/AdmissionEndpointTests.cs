using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Admission;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Guardrail.Daemon.Tests.Admission;

/// <summary>What the API server gets for its questions.</summary>
public sealed class AdmissionEndpointTests
{
    [Test]
    public async Task A_denial_has_the_code_without_which_clients_get_400()
    {
        var (status, body) = await PostAsync("/admission/scripted", Question(), new AdmissionVerdict.Denied("not now"));
        Assert.That(status, Is.EqualTo(200));
        Assert.That(body, Is.EqualTo(
            """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u-1","allowed":false,"status":{"code":403,"reason":"Forbidden","message":"not now"}}}"""));
    }

    [Test]
    public async Task A_warning_lets_it_pass()
    {
        var (_, body) = await PostAsync("/admission/scripted", Question(), new AdmissionVerdict.Allowed { Warning = new string('x', 400) });
        var response = JsonNode.Parse(body)!["response"]!;
        Assert.That((bool)response["allowed"]!);
        Assert.That(((string)response["warnings"]![0]!).Length, Is.EqualTo(250), "a header of the answer");
    }

    [TestCase("/admission/nothing", "{}", 404)]
    [TestCase("/admission/scripted", "{", 400)]
    [TestCase("/admission/scripted", "[]", 400)]
    [TestCase("/admission/scripted", """{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u"}}""", 400)]
    [TestCase("/admission/scripted", """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""", 400)]
    public async Task What_is_no_question_gets_no_answer(string path, string body, int status) =>
        Assert.That((await PostAsync(path, body, AdmissionVerdict.Nothing)).Status, Is.EqualTo(status));

    [TestCase("UPDATE", "", "apps")]
    [TestCase("UPDATE", "status", "apps")]
    [TestCase("CREATE", "", "apps")]
    [TestCase("UPDATE", "", "batch")]
    public void The_quarantine_looks_at_updates_of_workloads_only(string operation, string subresource, string group)
    {
        var before = JsonSerializer.Deserialize<JsonElement>(Stored("shop:v1"));
        var after = JsonSerializer.Deserialize<JsonElement>(Stored("shop:v2"));
        var request = new AdmissionRequest
        {
            Uid = "u",
            Group = group,
            Resource = "deployments",
            Subresource = subresource,
            Operation = operation,
            Namespace = "shop",
            Name = "checkout",
            User = "flux",
            NewObject = after,
            OldObject = before,
        };
        var refused = (operation, subresource, group) == ("UPDATE", "", "apps");
        Assert.That(new QuarantineRule().Evaluate(request), refused ? Is.InstanceOf<AdmissionVerdict.Denied>() : Is.EqualTo(AdmissionVerdict.Nothing));
        if (refused)
        {
            Assert.That(new QuarantineRule().Evaluate(request with { IsDryRun = true }),
                Is.InstanceOf<AdmissionVerdict.Allowed>().With.Property("Warning").StartsWith("Guardrail would refuse this: "));
        }
    }

    private static string Stored(string image)
    {
        // The digest of the template with shop:v2, whose members are in order already.
        var digest = Convert.ToHexStringLower(SHA256.HashData("""{"spec":{"containers":[{"image":"shop:v2"}]}}"""u8))[..32];
        return $$$"""
            {"kind":"Deployment","metadata":{"name":"checkout","namespace":"shop","annotations":{"guardrail.dev/quarantined":"58c9",
            "guardrail.dev/refused-templates":"58c9={{{digest}}}=checkout-4-abc"} },"spec":{"template":{"spec":{"containers":[{"image":"{{{image}}}"}]} } } }
            """;
    }

    private static string Question() =>
        """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","operation":"UPDATE","resource":{"group":"apps","version":"v1","resource":"deployments"}}}""";

    private static async Task<(int Status, string Body)> PostAsync(string path, string body, AdmissionVerdict verdict)
    {
        var endpoint = new AdmissionEndpoint([new Scripted(verdict)], NullLogger<AdmissionEndpoint>.Instance);
        var http = new DefaultHttpContext();
        (http.Request.Method, http.Request.Path, http.Request.Body) = ("POST", path, new MemoryStream(Encoding.UTF8.GetBytes(body)));
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await endpoint.HandleAsync(http);
        return (http.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }

    private sealed class Scripted(AdmissionVerdict verdict) : IAdmissionRule
    {
        public string Name => "scripted";

        public AdmissionVerdict Evaluate(AdmissionRequest request) => verdict;
    }
}
