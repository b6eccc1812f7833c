using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>What may be changed in a record's spec once it is written, and what the API server notes of it.</summary>
public sealed class ImmutableSpecTests
{
    [TestCase("""{"policy":"other"}""", "policy cannot be changed")]
    [TestCase("""{"madeBy":"Human"}""", "madeBy cannot be changed")]
    [TestCase("""{"madeBy":null}""", "madeBy cannot be changed")]
    [TestCase("""{"to":"other"}""", "names the rollout and cannot be changed")]
    [TestCase("""{"workload":{"uid":"other"}}""", "names the rollout and cannot be changed")]
    public async Task What_a_rollout_is_and_who_made_it_cannot_be_changed(string change, string message)
    {
        await using var server = await ResourceServer.StartAsync();
        var record = await CreateAsync(server);
        var (code, answer) = await PatchAsync(server, record, $$"""{"spec":{{change}}}""");
        Assert.That(code, Is.EqualTo(422), answer);
        Assert.That(answer, Does.Contain($"spec: Invalid value: {message}"));
    }

    [Test]
    public async Task What_people_ask_for_can_be_changed_and_is_dated_by_the_server()
    {
        var time = new FakeTimeProvider(Sample.Now);
        await using var server = await ResourceServer.StartAsync(time);
        var record = await CreateAsync(server);
        Assert.That(record.Metadata.RequestedAt, Is.Null);
        time.Advance(TimeSpan.FromMinutes(3));
        var (code, answer) = await PatchAsync(server, record, """{"spec":{"request":{"id":"one","action":"Hold","at":"2020-01-01T00:00:00Z"}}}""");
        Assert.That(code, Is.EqualTo(200), answer);

        var read = await new RecordStore(server.Api, time).ReadAsync("shop", record.Metadata.Name, CancellationToken.None);
        Assert.That(read!.Metadata.RequestedAt, Is.EqualTo(Sample.Now.AddMinutes(3)));
        Assert.That(RequestAge.WhyDropped(read, Sample.Now.AddMinutes(13)), Is.Null);
        Assert.That(RequestAge.WhyDropped(read, Sample.Now.AddMinutes(14)), Does.StartWith("Dropped: asked for at 2026-03-05 12:03:00Z"));
    }

    [Test]
    public void Without_the_servers_time_the_request_s_own_counts_and_without_either_it_is_new()
    {
        var record = Sample.Blank() with { Spec = Sample.Blank().Spec with { Request = new() { Id = "one", Action = RequestedAction.Hold } } };
        var dated = record with { Spec = record.Spec with { Request = record.Spec.Request! with { At = Sample.Now } } };
        Assert.That(RequestAge.WhyDropped(dated, Sample.Now + RequestAge.Limit), Is.Null);
        Assert.That(RequestAge.WhyDropped(dated, Sample.Now + RequestAge.Limit + TimeSpan.FromSeconds(1)), Is.Not.Null);
        Assert.That(RequestAge.WhyDropped(record, DateTimeOffset.MaxValue), Is.Null);
    }

    [Test]
    public void A_request_that_was_begun_is_not_said_to_have_done_nothing()
    {
        var record = Sample.Blank() with
        {
            Spec = Sample.Blank().Spec with { Request = new() { Id = "one", Action = RequestedAction.RollBack, At = Sample.Now } },
            Status = new() { Phase = RecordedPhase.Comparing },
        };
        record = record with { Status = record.Status!.Intended(Intent.Of(Sample.RollBack("request-one"), Sample.Now, "one")) };
        Assert.That(RequestAge.WhyDropped(record, Sample.Now.AddHours(1)), Does.Contain("it was begun, and whether it took effect the workload shows"));
    }

    private static async Task<GuardedRollout> CreateAsync(ResourceServer server)
    {
        var blank = Sample.Blank() with { Spec = Sample.Blank().Spec with { MadeBy = Engine.Workloads.ChangeAuthor.Agent } };
        var (code, made) = await server.PostAsync(
            "apis/guardrail.dev/v1alpha1/namespaces/shop/guardedrollouts", JsonSerializer.Serialize(blank, RecordJson.Options));
        Assert.That(code, Is.EqualTo(201), made.ToJsonString());
        return made.Deserialize<GuardedRollout>(RecordJson.Options)!;
    }

    private static async Task<(int Code, string Answer)> PatchAsync(ResourceServer server, GuardedRollout record, string patch)
    {
        using var http = new HttpClient { BaseAddress = server.Server.Address };
        using var body = new StringContent(patch, Encoding.UTF8);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/merge-patch+json");
        using var answer = await http.PatchAsync(
            new Uri($"apis/guardrail.dev/v1alpha1/namespaces/shop/guardedrollouts/{record.Metadata.Name}", UriKind.Relative), body);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
