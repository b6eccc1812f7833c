namespace Guardrail.Cli.Tests.Samples;

/// <summary>Manifests of built-in kinds and policies are taken by an API server that refuses unknown fields.</summary>
[CancelAfter(60_000)]
internal sealed class ManifestTests
{
    [Test]
    public async Task Every_manifest_of_a_known_kind_is_taken_with_strict_validation(CancellationToken cancellationToken)
    {
        await using var cluster = await SampleFiles.ClusterAsync(cancellationToken);
        var taken = new Dictionary<string, int>();
        foreach (var (file, text, document) in SampleFiles.All)
        {
            var kind = SampleFiles.Kind(document);
            var type = SampleFiles.BuiltIn(document);
            if (type is null && kind != "GuardrailPolicy")
            {
                continue;
            }

            var refused = await SampleFiles.ApplyAsync(
                cluster, text, document, (string)document["apiVersion"]!, type?.Plural ?? "guardrailpolicies", type?.Namespaced ?? true, dryRun: true, cancellationToken);
            Assert.That(refused, Is.Null, $"{file}, {kind}");
            taken[kind] = taken.GetValueOrDefault(kind) + 1;
        }

        Assert.That(taken.Keys, Is.SupersetOf(new[] { "Deployment", "Service", "ConfigMap", "Namespace", "Role", "GuardrailPolicy" }));
    }

    [Test]
    public async Task A_field_that_does_not_exist_is_refused(CancellationToken cancellationToken)
    {
        await using var cluster = await SampleFiles.ClusterAsync(cancellationToken);
        var (_, text, document) = SampleFiles.All.First(d => d.File.EndsWith("demo-shop/checkout.yaml", StringComparison.Ordinal) && SampleFiles.Kind(d.Json) == "Deployment");
        var wrong = text.Replace("  replicas: 4", "  replica: 4", StringComparison.Ordinal);
        Assert.That(wrong, Is.Not.EqualTo(text));
        Assert.That(await SampleFiles.ApplyAsync(cluster, wrong, document, "apps/v1", "deployments", namespaced: true, dryRun: true, cancellationToken), Does.Contain("replica"));
    }

    [Test]
    public void Every_workload_says_what_it_needs_and_may_not_gain_rights()
    {
        foreach (var (file, _, document) in SampleFiles.All.Where(d => d.File.StartsWith("demo-shop", StringComparison.Ordinal) && SampleFiles.Kind(d.Json) == "Deployment"))
        {
            foreach (var container in document["spec"]!["template"]!["spec"]!["containers"]!.AsArray())
            {
                Assert.That((string?)container!["image"], Does.Match(@":v?\d+\.\d+\.\d+$"), file);
                Assert.That(container["resources"]?["requests"]?["memory"], Is.Not.Null, file);
                Assert.That(container["resources"]?["limits"]?["memory"], Is.Not.Null, file);
                Assert.That((bool?)container["securityContext"]?["allowPrivilegeEscalation"], Is.False, file);
            }
        }
    }
}
