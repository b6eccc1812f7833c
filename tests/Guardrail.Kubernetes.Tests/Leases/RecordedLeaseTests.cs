using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Leases;

namespace Guardrail.Kubernetes.Tests.Leases;

/// <summary>What is written and read, against what a real API server took and answered.</summary>
internal sealed class RecordedLeaseTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void The_first_form_of_a_lease_is_the_one_that_the_server_took()
    {
        var recorded = JsonNode.Parse(Request("POST", 201).GetProperty("requestBody").GetRawText())!.AsObject();
        recorded["metadata"]!["namespace"] = "demo-s";
        var ours = LeaseRecord.First(new LeaseName("demo-s", "op"), "replica-a", TimeSpan.FromSeconds(15), Then);
        Assert.That(JsonNode.DeepEquals(ours, recorded), $"{ours.ToJsonString()}\n{recorded.ToJsonString()}");
    }

    [Test]
    public void A_renewal_changes_the_times_and_keeps_what_the_server_told()
    {
        var answer = Request("GET", 200).GetProperty("responseBody").GetRawText();
        var renewed = Read(answer).Renewed(TimeSpan.FromSeconds(15), Then.AddSeconds(2));
        var expected = JsonNode.Parse(answer)!.AsObject();
        expected["spec"]!["renewTime"] = "2026-01-01T00:00:02.000000Z";
        Assert.That(JsonNode.DeepEquals(renewed, expected), renewed.ToJsonString());
    }

    [Test]
    public void A_lease_whose_holder_was_removed_is_held_by_nobody()
    {
        var answer = Request("PATCH", 200).GetProperty("responseBody").GetRawText();
        Assert.That(Read(answer).Holder, Is.Null);
    }

    [Test]
    public void Times_have_six_digits_for_the_server_refused_none_and_seven()
    {
        var refused = Recordings.Read("06a-leases").Where(r => r.TryGetProperty("status", out var status) && status.GetInt32() == 400)
            .Select(r => r.GetProperty("requestBody").GetProperty("spec").GetProperty("renewTime").GetString());
        Assert.That(refused, Has.None.Match(@"T\d\d:\d\d:\d\d\.\d{6}Z$"));
        var odd = LeaseRecord.First(new LeaseName("a", "b"), "c", TimeSpan.FromSeconds(15), Then.AddTicks(1_234_567));
        Assert.That((string?)odd["spec"]!["renewTime"], Is.EqualTo("2026-01-01T00:00:00.123456Z"));
    }

    private static LeaseRecord Read(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return LeaseRecord.Read(json);
    }

    private static JsonElement Request(string method, int status) => Recordings.Request(
        "06a-leases", r => r.GetProperty("method").GetString() == method && r.GetProperty("status").GetInt32() == status);
}
