using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Guardrail.Cli.Sidecar;
using Guardrail.Engine.Policies;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;

namespace Guardrail.Cli.Tests.Sidecar;

/// <summary>What is injected is taken by an API server that knows the fields of workloads and refuses others.</summary>
[CancelAfter(60_000)]
internal sealed class AcceptanceTests
{
    private static readonly Dictionary<string, string> Paths = new()
    {
        ["Deployment"] = "apis/apps/v1/namespaces/shop/deployments",
        ["StatefulSet"] = "apis/apps/v1/namespaces/shop/statefulsets",
        ["DaemonSet"] = "apis/apps/v1/namespaces/shop/daemonsets",
        ["Service"] = "api/v1/namespaces/shop/services",
        ["ServiceAccount"] = "api/v1/namespaces/shop/serviceaccounts",
        ["Role"] = "apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles",
        ["RoleBinding"] = "apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings",
    };

    [Test]
    public async Task Every_document_is_taken_with_strict_validation(
        [Values("several", "daemonset")] string name, [Values] bool native, CancellationToken cancellationToken)
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions(), cancellationToken);
        cluster.AddService(new ServiceOptions { Namespace = "shop", Name = "other" });
        using var http = new HttpClient { BaseAddress = cluster.ApiUri };
        var source = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "tests", "Guardrail.Cli.Tests", "Sidecar", "Cases", name + ".yaml"), cancellationToken);
        var injected = ManifestText.Inject(source, name, new(InjectOptions.DefaultImage, Autonomy.Enforce, InjectOptions.DefaultPort, native, Records: true, null));

        foreach (var document in injected.Split("---\n", StringSplitOptions.RemoveEmptyEntries).Where(d => d.Contains("kind:", StringComparison.Ordinal)))
        {
            var kind = Regex.Match(document, "^kind: (\\w+)", RegexOptions.Multiline).Groups[1].Value;
            using var body = new StringContent(document);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
            using var answer = await http.PostAsync(new Uri(Paths[kind] + "?fieldValidation=Strict", UriKind.Relative), body, cancellationToken);
            Assert.That(answer.IsSuccessStatusCode, Is.True, $"{kind}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }

        var set = cluster.Store.List(name == "several" ? ResourceTypes.StatefulSets : ResourceTypes.DaemonSets, "shop").Items.Single();
        var pod = set["spec"]!["template"]!["spec"]!;
        var sidecar = pod[native ? "initContainers" : "containers"]!.AsArray()[^1]!;
        Assert.That((string?)sidecar["name"], Is.EqualTo("guardrail"));
        Assert.That((string?)sidecar["restartPolicy"], Is.EqualTo(native ? "Always" : null));
        Assert.That((bool?)sidecar["securityContext"]!["readOnlyRootFilesystem"], Is.True);
        Assert.That((string?)sidecar["env"]![0]!["valueFrom"]!["fieldRef"]!["fieldPath"], Is.EqualTo("metadata.name"));
        var arguments = sidecar["args"]!.AsArray().Select(a => (string)a!).ToArray();
        Assert.That(InputErrors.Describe(CommandLine.Root.Parse(arguments)), Is.Null, "the executable takes these arguments");
        Assert.That(
            (string?)pod["serviceAccountName"], Is.EqualTo(name == "several" ? "ledger" : "guardrail-daemonset-edge"), "the account is the workload's own where it has one");
    }

    [Test]
    public void The_sample_is_what_inject_makes_of_its_source()
    {
        var folder = Path.Combine(Checkout.Root, "samples", "sidecar");
        var injected = ManifestText.Inject(
            File.ReadAllText(Path.Combine(folder, "checkout.yaml")), "checkout.yaml",
            new(InjectOptions.DefaultImage, Autonomy.Enforce, InjectOptions.DefaultPort, Native: false, Records: true, null));

        Assert.That(File.ReadAllText(Path.Combine(folder, "checkout.injected.yaml")), Is.EqualTo(injected));
    }

    [Test]
    public void The_default_image_is_of_this_version() =>
        Assert.That(InjectOptions.DefaultImage.Split(':')[^1], Is.EqualTo(typeof(InjectOptions).Assembly.GetName().Version!.ToString(3)));
}
