using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Workloads;

/// <summary>What is read of single objects.</summary>
public sealed class ReaderTests
{
    [TestCase("""{}""", "", null)]
    [TestCase("""{"prometheus.io/port":"8080"}""", "", "http://10.1.2.3:8080/metrics")]
    [TestCase("""{"prometheus.io/port":"8080","prometheus.io/path":"/actuator/prometheus","prometheus.io/scheme":"https"}""", "", "https://10.1.2.3:8080/actuator/prometheus")]
    [TestCase("""{"prometheus.io/port":"8080","prometheus.io/scrape":"false"}""", "metrics", null)]
    [TestCase("""{"prometheus.io/port":"http"}""", "metrics", null)]
    [TestCase("""{"prometheus.io/port":"0"}""", "metrics", null)]
    [TestCase("""{"prometheus.io/scheme":"file"}""", "metrics", null)]
    [TestCase("""{}""", "metrics", "http://10.1.2.3:9090/metrics")]
    [TestCase("""{}""", "http-metrics", "http://10.1.2.3:9090/metrics")]
    [TestCase("""{}""", "prometheus", "http://10.1.2.3:9090/metrics")]
    [TestCase("""{}""", "http", null)]
    public void A_pod_is_scraped_where_its_annotations_or_ports_say(string annotations, string port, string? expected) =>
        Assert.That(Pod($$"""{"annotations":{{annotations}}}""", $$"""{"podIP":"10.1.2.3"}""", port).ScrapeTarget?.Address.AbsoluteUri, Is.EqualTo(expected));

    [Test]
    public void A_pod_without_an_address_is_not_scraped_and_one_with_IPv6_is()
    {
        Assert.That(Pod("{}", "{}", "metrics").ScrapeTarget, Is.Null);
        Assert.That(Pod("{}", """{"podIP":"fd00::7"}""", "metrics").ScrapeTarget!.Address.AbsoluteUri, Is.EqualTo("http://[fd00::7]:9090/metrics"));
    }

    [Test]
    public void Restarts_memory_kills_and_what_keeps_it_waiting_are_those_of_all_containers()
    {
        var pod = Pod("{}", """
            {"initContainerStatuses":[{"restartCount":1,"state":{"terminated":{"reason":"Completed"}}}],
             "containerStatuses":[{"restartCount":2,"state":{"waiting":{"reason":"ContainerCreating"}}},
              {"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"reason":"OOMKilled"}}}],
             "conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-01-01T00:00:00Z"}]}
            """);
        Assert.That(pod, Has.Property("Restarts").EqualTo(7).And.Property("OutOfMemoryKills").EqualTo(1)
            .And.Property("WaitingReason").EqualTo("CrashLoopBackOff").And.Property("ReadySince").Null);
    }

    [TestCase("""{"state":{"terminated":{"reason":"OOMKilled"}}}""", true)]
    [TestCase("""{"state":{"running":{}},"lastState":{"terminated":{"reason":"OOMKilled"}}}""", true)]
    [TestCase("""{"state":{"running":{}},"lastState":{"terminated":{"reason":"Error"}}}""", false)]
    [TestCase("""{"state":{"running":{}},"lastState":{}}""", false)]
    public void A_pod_tells_whether_a_container_last_ran_out_of_memory(string container, bool expected) =>
        Assert.That(Pod("{}", $$"""{"containerStatuses":[{{container}}]}""").OutOfMemory, Is.EqualTo(expected));

    [TestCase("""{"deletionTimestamp":"2026-01-01T00:00:00Z"}""", "{}")]
    [TestCase("""{}""", """{"phase":"Succeeded"}""")]
    [TestCase("""{}""", """{"phase":"Failed"}""")]
    [TestCase("""{"ownerReferences":[{"kind":"Job","uid":"j","controller":true}]}""", "{}")]
    [TestCase("""{"ownerReferences":[{"kind":"ReplicaSet","uid":"r","controller":false}]}""", "{}")]
    public void Some_pods_do_not_count(string metadata, string status) =>
        Assert.That(PodReader.Read(PodSource(metadata, status, "")), Is.InstanceOf<ClusterObject.Gone>());

    [TestCase("""{"metadata":{"labels":{"a":"1","pod-template-hash":"x"}},"spec":{"c":[{"b":1,"a":2}]}}""", true)]
    [TestCase("""{"spec":{"c":[{"a":2,"b":1}]},"metadata":{"creationTimestamp":null,"labels":{"a":"1"}}}""", true)]
    [TestCase("""{"$patch":"replace","metadata":{"labels":{"a":"1"},"annotations":{}},"spec":{"c":[{"a":2,"b":1,"args":[]}]}}""", true)]
    [TestCase("""{"metadata":{"labels":{"a":"1"},"annotations":{"pod-template-hash":"x"}},"spec":{"c":[{"a":2,"b":1}]}}""", false)]
    [TestCase("""{"metadata":{"labels":{"a":"2"}},"spec":{"c":[{"a":2,"b":1}]}}""", false)]
    [TestCase("""{"metadata":{"labels":{"a":"1"}},"spec":{"c":[{"a":2,"b":1,"emptyDir":{}}]}}""", false)]
    public void Templates_are_compared_as_the_controller_compares_them(string template, bool isEqual)
    {
        var reference = TemplateDigest.Of(Json("""{"metadata":{"labels":{"a":"1"}},"spec":{"c":[{"a":2,"b":1}]}}"""));
        Assert.That(TemplateDigest.Of(Json(template)) == reference, Is.EqualTo(isEqual));
    }

    [TestCase("abc@2026-03-09T12:00:00Z", true)]
    [TestCase("other@2026-03-09T12:00:00Z", false)]
    [TestCase("abc@yesterday", false)]
    [TestCase("abc", false)]
    [TestCase("abcd@2026-03-09T12:00:00Z", false)]
    public void A_stamp_counts_only_on_the_ReplicaSet_it_was_made_for(string annotation, bool counts)
    {
        var set = (ClusterObject.Revision)RevisionReader.ReadReplicaSet(Json($$"""
            {"metadata":{"name":"web-abc","uid":"r","labels":{"pod-template-hash":"abc"},"annotations":{"guardrail.dev/known-good":"{{annotation}}"},
             "ownerReferences":[{"kind":"Deployment","uid":"d","controller":true}]} }
            """));
        Assert.That(set.View.KnownGood, Is.EqualTo(counts));
    }

    [TestCase("""{}""", null, PauseState.Running)]
    [TestCase("""{"paused":true}""", null, PauseState.ByOther)]
    [TestCase("""{"paused":true}""", "abc", PauseState.ByGuardrail)]
    [TestCase("""{}""", "abc", PauseState.ResumedByOther)]
    [TestCase("""{}""", "earlier", PauseState.Running)]
    public void A_pause_is_known_by_its_annotation_and_belongs_to_one_revision(string spec, string? pausedRevision, PauseState expected)
    {
        var annotations = pausedRevision is null ? "{}" : $$"""{"guardrail.dev/paused-by":"d","guardrail.dev/paused-revision":"{{pausedRevision}}"}""";
        var workload = WorkloadReader.Read(WorkloadKind.Deployment, Json($$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"d","annotations":{{annotations}} },"spec":{{spec}} }
            """));
        var revision = new ClusterObject.Revision("r", "d", new RevisionView { Id = new("abc"), Number = 1, DesiredReplicas = 1 },
            TemplateDigest.Of(default));
        Assert.That(ViewBuilder.Build(workload, [revision], []).Pause, Is.EqualTo(expected));
    }

    [Test]
    public void The_author_is_the_newest_manager_of_the_template()
    {
        var record = Recordings.Read("05b-server-side-apply").First(one => one.TryGetProperty("responseBody", out var body)
            && body.ValueKind == JsonValueKind.Object && body.TryGetProperty("kind", out var kind) && kind.GetString() == "Deployment"
            && body.GetProperty("metadata").TryGetProperty("managedFields", out _));
        var body = record.GetProperty("responseBody");
        Assert.That(WorkloadReader.Read(WorkloadKind.Deployment, body).ChangedBy,
            Is.EqualTo(body.GetProperty("metadata").GetProperty("managedFields")[0].GetProperty("manager").GetString()));
        var workload = WorkloadReader.Read(WorkloadKind.Deployment, Json("""
            {"metadata":{"name":"web","namespace":"shop","uid":"d","annotations":{"kubernetes.io/change-cause":"ticket 7"},"managedFields":[
             {"manager":"helm","time":"2026-01-01T00:00:00Z","fieldsV1":{"f:spec":{"f:template":{}}}},
             {"manager":"argocd","time":"2026-01-02T00:00:00Z","fieldsV1":{"f:spec":{"f:template":{}}}},
             {"manager":"hpa","time":"2026-01-03T00:00:00Z","fieldsV1":{"f:spec":{"f:replicas":{}}}},
             {"manager":"kcm","time":"2026-01-04T00:00:00Z","subresource":"status","fieldsV1":{"f:spec":{"f:template":{}}}}]} }
            """));
        Assert.That(workload.ChangedBy, Is.EqualTo("argocd"));
        Assert.That(workload.TemplateManager, Is.EqualTo("argocd"));
    }

    [Test]
    public void Who_wrote_the_template_in_the_second_of_Guardrails_own_write_wrote_it_last()
    {
        var workload = WorkloadReader.Read(WorkloadKind.Deployment, Json("""
            {"metadata":{"name":"web","namespace":"shop","uid":"d","managedFields":[
             {"manager":"argocd","operation":"Apply","time":"2026-01-02T00:00:00Z","fieldsV1":{"f:spec":{"f:template":{}}}},
             {"manager":"guardrail","operation":"Update","time":"2026-01-02T00:00:00Z","fieldsV1":{"f:spec":{"f:template":{}}}}]} }
            """));

        Assert.That(workload.TemplateManager, Is.EqualTo("argocd"));
    }

    [TestCase("""{}""", """{}""", ChangeAuthor.Unknown)]
    [TestCase("""{"guardrail.dev/made-by":"agent"}""", """{}""", ChangeAuthor.Agent)]
    [TestCase("""{}""", """{"guardrail.dev/made-by":"agent"}""", ChangeAuthor.Agent)]
    [TestCase("""{"guardrail.dev/made-by":"human"}""", """{"guardrail.dev/made-by":"agent"}""", ChangeAuthor.Human)]
    [TestCase("""{"guardrail.dev/made-by":"Agent"}""", """{}""", ChangeAuthor.Unknown)]
    public void The_template_says_who_made_the_change_or_else_the_workload(string template, string workload, ChangeAuthor expected)
    {
        var read = WorkloadReader.Read(WorkloadKind.Deployment, Json($$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"d","annotations":{{workload}} },
             "spec":{"template":{"metadata":{"annotations":{{template}} } } } }
            """));

        Assert.That(read.MadeBy, Is.EqualTo(expected));
    }

    [Test]
    public void The_last_ten_quarantined_revisions_are_kept()
    {
        var value = Enumerable.Range(0, 12).Aggregate((string?)null, (earlier, hash) =>
            GuardrailAnnotations.WriteQuarantined(earlier, new RevisionId("h" + hash)));
        Assert.That(value, Is.EqualTo("h2,h3,h4,h5,h6,h7,h8,h9,h10,h11"));
        Assert.That(GuardrailAnnotations.WriteQuarantined(value, new RevisionId("h5")), Does.EndWith("h11,h5").And.Not.Contain("h4,h5"));
    }

    private static PodView Pod(string metadata, string status, string port = "") =>
        ((ClusterObject.Pod)PodReader.Read(PodSource(metadata, status, port))).View;

    private static JsonElement PodSource(string metadata, string status, string port)
    {
        var pod = JsonNode.Parse("""
            {"metadata":{"name":"p","namespace":"shop","uid":"u","labels":{"pod-template-hash":"abc"},
             "ownerReferences":[{"kind":"ReplicaSet","uid":"r","controller":true}]},"spec":{"containers":[{"ports":[{"containerPort":9090}]}]} }
            """)!;
        pod["spec"]!["containers"]![0]!["ports"]![0]!["name"] = port;
        foreach (var (key, value) in JsonNode.Parse(metadata)!.AsObject())
        {
            pod["metadata"]![key] = value?.DeepClone();
        }

        pod["status"] = JsonNode.Parse(status);
        return JsonSerializer.SerializeToElement(pod);
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
