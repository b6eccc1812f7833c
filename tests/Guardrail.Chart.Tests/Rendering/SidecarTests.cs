using System.Text.Json.Nodes;
using Guardrail.Cli.Sidecar;
using Guardrail.Engine.Policies;
using Guardrail.Testing.Programs;

namespace Guardrail.Chart.Tests.Rendering;

/// <summary>With <c>mode: sidecar</c> the chart gives a workload what <c>guardrail inject</c> adds to it.</summary>
[Category("Helm")]
[CancelAfter(60_000)]
internal sealed class SidecarTests
{
    private static readonly string[] Rights = ["ServiceAccount", "Role", "RoleBinding"];

    [TestCase("Deployment", "checkout", "Enforce", false, true, 9464, null)]
    [TestCase("StatefulSet", "orders", "Veto", true, true, 9500, null)]
    [TestCase("DaemonSet", "edge", "Observe", false, false, 9464, "edge")]
    public async Task A_workload_gets_what_inject_adds(
        string kind, string name, string autonomy, bool native, bool records, int port, string? account, CancellationToken cancellationToken)
    {
        var manifest = $$"""
            apiVersion: apps/v1
            kind: {{kind}}
            metadata:
              name: {{name}}
              namespace: shop
            spec:
              template:
                spec:
                  {{(account is null ? "enableServiceLinks: false" : "serviceAccountName: " + account)}}
                  containers:
                  - name: app
                    image: app:1

            """;
        var options = new InjectOptions(InjectOptions.DefaultImage, Enum.Parse<Autonomy>(autonomy), port, native, records, null);
        var injected = YamlDocuments.Read(ManifestText.Inject(manifest, "test", options));
        var documents = await Rendered.SetAsync("sidecar", cancellationToken);
        var own = $"guardrail-{kind.ToLowerInvariant()}-{name}";

        foreach (var right in Rights)
        {
            var (theirs, ours) = (injected.SingleOrDefault(d => d.Kind() == right), documents.SingleOrDefault(d => d.Kind() == right && d.Name() == own));
            ours?["metadata"]!.AsObject().Remove("labels");
            Assert.That(ours?.ToJsonString(), Is.EqualTo(theirs?.ToJsonString()), right);
        }

        var pod = injected.Single(kind)["spec"]!["template"]!["spec"]!;
        var patch = YamlDocuments.Read((string)documents.Single("ConfigMap", own)["data"]!["patch.yaml"]!).Single()["spec"]!["template"]!["spec"]!.AsObject();
        var list = native ? "initContainers" : "containers";
        Assert.That(patch[list]!.AsArray().Single()!.ToJsonString(), Is.EqualTo(pod[list]!.AsArray()[^1]!.ToJsonString()));
        Assert.That((string?)patch["serviceAccountName"], Is.EqualTo(account is null ? (string?)pod["serviceAccountName"] : null));
        Assert.That(patch.Select(p => p.Key).Except([list, "serviceAccountName"]), Is.Empty);
    }

    [Test]
    public async Task Nothing_of_the_operator_is_rendered(CancellationToken cancellationToken) => Assert.That(
        (await Rendered.SetAsync("sidecar", cancellationToken)).Select(d => d.Kind()).Distinct(),
        Is.EquivalentTo(new[] { "ServiceAccount", "Role", "RoleBinding", "ConfigMap" }));
}
