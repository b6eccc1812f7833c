using System.Text.Json;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Tests.Acting;

/// <summary>What recorded error answers to a PATCH mean for the action.</summary>
[Category("Fault")]
public sealed class OutcomesTests
{
    private static readonly WorkloadId Web = new("demo-err", WorkloadKind.Deployment, "web");

    [TestCase("JSON patch, failing test op: 422, not 409", typeof(ActionOutcome.LostRace))]
    [TestCase("merge patch with a stale resourceVersion: Conflict", typeof(ActionOutcome.LostRace))]
    [TestCase("merge patch with another uid", typeof(ActionOutcome.Impossible))]
    [TestCase("merge patch, wrong type", typeof(ActionOutcome.Impossible))]
    [TestCase("merge patch, unknown field, Strict: 422", typeof(ActionOutcome.Impossible))]
    [TestCase("strategic merge patch without the merge key", typeof(ActionOutcome.Failed))]
    [TestCase("429 on a create", typeof(ActionOutcome.Failed))]
    [TestCase("401", typeof(ActionOutcome.Failed))]
    [TestCase("create in a terminating namespace: 403 with a cause", typeof(ActionOutcome.Impossible))]
    [TestCase("missing object", typeof(ActionOutcome.Impossible))]
    public void Of_a_recorded_error(string note, Type expected)
    {
        var record = Recordings.Request("03-errors", one => one.TryGetProperty("note", out var text) && text.GetString() == note);
        Assert.That(Outcomes.Of(Fault(record), Web, TimeSpan.FromSeconds(10)), Is.InstanceOf(expected));
    }

    [Test]
    public void Of_a_patch_without_the_right_names_the_role()
    {
        var record = Recordings.Request("03-errors", one => one.GetProperty("method").GetString() == "PATCH" && one.GetProperty("status")
            .GetInt32() == 403);
        var outcome = Outcomes.Of(Fault(record), Web, TimeSpan.FromSeconds(10));
        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").Contains("cannot patch resource"));
        Assert.That(((ActionOutcome.Impossible)outcome).Reason, Does.Contain("  namespace: demo-err\n").And.Contain("\"patch\"]"));
    }

    [TestCase("PATCH denied", typeof(ActionOutcome.Impossible))]
    [TestCase("code 409", typeof(ActionOutcome.Impossible))]
    [TestCase("code 422 with details.causes", typeof(ActionOutcome.Impossible))]
    [TestCase("code 429 with retryAfterSeconds: becomes a Retry-After header", typeof(ActionOutcome.Failed))]
    [TestCase("code 503", typeof(ActionOutcome.Failed))]
    [TestCase("the same on scale", typeof(ActionOutcome.Failed))]
    public void Of_an_admission_webhook(string note, Type expected)
    {
        var record = Recordings.Request("08c-webhook-answers", one => one.TryGetProperty("note", out var text) && text.GetString() == note);
        Assert.That(Outcomes.Of(Fault(record), Web, TimeSpan.FromSeconds(10)), Is.InstanceOf(expected));
    }

    [Test]
    public void Of_a_broken_connection_is_unknown()
    {
        Assert.That(Outcomes.Of(new HttpRequestException("reset"), Web, default), Is.InstanceOf<ActionOutcome.Failed>());
        Assert.That(
            Outcomes.Of(new OperationCanceledException(), Web, TimeSpan.FromSeconds(10)),
            Is.EqualTo(new ActionOutcome.Failed("The API server did not answer within 10 s.")));
    }

    private static ApiException Fault(JsonElement record)
    {
        var body = record.GetProperty("responseBody");
        var code = record.GetProperty("status").GetInt32();
        return body.ValueKind == JsonValueKind.Object ? ApiException.FromStatus(body, code, null)
            : new ApiException(code, body.GetString()!);
    }
}
