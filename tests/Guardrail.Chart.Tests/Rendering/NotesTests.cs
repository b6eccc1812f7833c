using Guardrail.Testing.Programs;

namespace Guardrail.Chart.Tests.Rendering;

/// <summary>What Helm says after an install.</summary>
[Category("Helm")]
[CancelAfter(60_000)]
internal sealed class NotesTests
{
    [Test]
    public async Task They_say_how_to_look_at_the_status_page(CancellationToken cancellationToken) =>
        Assert.That(await NotesAsync("scrape.enabled=true", cancellationToken), Does.Contain("kubectl -n guardrail port-forward pod/POD 9464"));

    [Test]
    public async Task With_listed_namespaces_they_say_where_GitOps_objects_cannot_be_suspended(CancellationToken cancellationToken)
    {
        const string Told = "permissions.gitops holds in the listed namespaces only (shop, payments): Kustomizations";

        Assert.That(await NotesAsync("scrape.enabled=true,permissions.gitops=true,namespaces={shop,payments}", cancellationToken), Does.Contain(Told));
        Assert.That(await NotesAsync("scrape.enabled=true,permissions.gitops=true", cancellationToken), Does.Not.Contain("permissions.gitops"));
        Assert.That(await NotesAsync("scrape.enabled=true,namespaces={shop}", cancellationToken), Does.Not.Contain("permissions.gitops"));
    }

    private static async Task<string> NotesAsync(string set, CancellationToken cancellationToken)
    {
        var said = await HelmProgram.DoAsync(
            cancellationToken, "install", "guardrail", HelmProgram.Chart, "--namespace", "guardrail", "--dry-run=client", "--set", set);
        return said[said.IndexOf("\nNOTES:\n", StringComparison.Ordinal)..];
    }
}
