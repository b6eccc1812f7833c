using System.Text.Json.Nodes;
using Guardrail.Cli;

namespace Guardrail.Chart.Tests.Rendering;

/// <summary>Pods are locked up as far as Kubernetes can, and started with what the executable takes.</summary>
[Category("Helm")]
[CancelAfter(60_000)]
internal sealed class HardeningTests
{
    [TestCaseSource(typeof(Rendered), nameof(Rendered.Sets))]
    public async Task Every_container_runs_without_root_rights_and_cannot_write_its_image(string set, CancellationToken cancellationToken)
    {
        foreach (var (of, spec, _) in (await Rendered.SetAsync(set, cancellationToken)).Pods())
        {
            Assert.That((bool?)spec["securityContext"]!["runAsNonRoot"], Is.True, of);
            Assert.That((string?)spec["securityContext"]!["seccompProfile"]!["type"], Is.EqualTo("RuntimeDefault"), of);
            Assert.That(spec["hostNetwork"] ?? spec["hostPID"] ?? spec["hostIPC"], Is.Null, of);
            foreach (var container in spec["containers"]!.AsArray())
            {
                var context = container!["securityContext"]!;
                Assert.That((bool?)context["runAsNonRoot"], Is.True, of);
                Assert.That((bool?)context["readOnlyRootFilesystem"], Is.True, of);
                Assert.That((bool?)context["allowPrivilegeEscalation"], Is.False, of);
                Assert.That(context["capabilities"]!.ToJsonString(), Is.EqualTo("""{"drop":["ALL"]}"""), of);
                Assert.That(container["resources"]!["requests"]!["memory"] ?? container["resources"]!["limits"]!["memory"], Is.Not.Null, of);
            }
        }
    }

    [TestCaseSource(typeof(Rendered), nameof(Rendered.Sets))]
    public async Task Every_container_is_started_with_arguments_that_the_executable_takes(string set, CancellationToken cancellationToken)
    {
        var documents = await Rendered.SetAsync(set, cancellationToken);
        var patches = documents.Where(d => d.Kind() == "ConfigMap" && d["data"]!["patch.yaml"] is not null)
            .Select(d => Testing.Programs.YamlDocuments.Read((string)d["data"]!["patch.yaml"]!).Single()["spec"]!["template"]!["spec"]!.AsObject());
        var started = documents.Pods().Select(p => p.Spec).Concat(patches)
            .SelectMany(spec => (spec["containers"] ?? spec["initContainers"])!.AsArray())
            .Select(container => container!["args"]!.AsArray().Select(a => (string)a!).ToArray()).ToArray();
        Assert.That(started, Is.Not.Empty);
        foreach (var arguments in started)
        {
            Assert.That(InputErrors.Describe(CommandLine.Root.Parse(arguments)), Is.Null, string.Join(' ', arguments));
        }
    }

    [Test]
    public async Task Pods_of_hooks_are_not_taken_for_the_daemon(CancellationToken cancellationToken)
    {
        var documents = await Rendered.SetAsync("observe", cancellationToken);
        JsonNode?[] selectors =
        [
            documents.Single("Service")["spec"]!["selector"],
            documents.Single("Deployment")["spec"]!["selector"]!["matchLabels"],
            documents.Single("PodDisruptionBudget")["spec"]!["selector"]!["matchLabels"],
            documents.Single("NetworkPolicy")["spec"]!["podSelector"]!["matchLabels"],
        ];
        foreach (var selector in selectors)
        {
            Assert.That(
                documents.Pods().Where(pod => selector!.AsObject().All(pair => (string?)pod.Labels?[pair.Key] == (string?)pair.Value)).Select(pod => pod.Of),
                Is.EqualTo(new[] { "Deployment guardrail" }));
        }
    }
}
