using System.Text.Json.Nodes;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Contest;
using Guardrail.Kubernetes.Definitions;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Testing.Programs;

namespace Guardrail.Chart.Tests.Rendering;

/// <summary>The rendered Roles are the rights that the program says it needs, and no others.</summary>
[Category("Helm")]
[CancelAfter(60_000)]
internal sealed class RoleTests
{
    [Test]
    public async Task The_rights_are_the_smallest_for_kinds_and_ceiling(
        [Values(Autonomy.Observe, Autonomy.Enforce)] Autonomy ceiling,
        [Values("Deployment", "StatefulSet", "Deployment,StatefulSet,DaemonSet")] string kinds,
        [Values] bool records,
        CancellationToken cancellationToken)
    {
        var documents = await HelmProgram.TemplateAsync(
            cancellationToken, "--set", $"scrape.enabled=true,autonomyCeiling={ceiling},workloadKinds={{{kinds}}},records={(records ? "required" : "off")}",
            "--set", "rbac.userRoles=false");
        var wanted = OperatorRole.Rules([.. kinds.Split(',').Select(Enum.Parse<WorkloadKind>)], ceiling, records);
        Assert.That(Granted(documents.Single("ClusterRole", "guardrail")), Is.EquivalentTo(Granted(wanted)));
        Assert.That(Granted(documents.Single("Role", "guardrail-leader")), Is.EquivalentTo(Granted(OperatorRole.Leading("guardrail"))));
    }

    [Test]
    public async Task Listed_namespaces_get_a_role_each_and_no_right_of_the_cluster(CancellationToken cancellationToken)
    {
        var documents = await Rendered.SetAsync("namespaces", cancellationToken, "--set", "rbac.userRoles=false,crds.upgrade=false");
        Assert.That(documents.Where(d => d.Kind().StartsWith("Cluster", StringComparison.Ordinal)), Is.Empty);
        var roles = documents.Where(d => d.Kind() == "Role" && d.Name() == "guardrail").ToArray();
        Assert.That(roles.Select(r => (string)r["metadata"]!["namespace"]!), Is.EqualTo(new[] { "shop", "payments" }));
        var wanted = Granted(OperatorRole.Rules([WorkloadKind.Deployment], Autonomy.Enforce, records: true)).ToArray();
        Assert.That(roles.Select(Granted), Has.All.EquivalentTo(wanted));
    }

    [TestCaseSource(typeof(Rendered), nameof(Rendered.Sets))]
    public async Task No_role_has_a_wildcard_and_secrets_are_readable_only_where_asked_for(string set, CancellationToken cancellationToken)
    {
        var documents = await Rendered.SetAsync(set, cancellationToken);
        var granted = documents.Where(d => d.Kind() is "Role" or "ClusterRole").SelectMany(Granted).ToArray();
        Assert.That(granted, Is.Not.Empty.And.None.Contain("*"));
        Assert.That(granted.Any(g => g.Contains("/secrets ", StringComparison.Ordinal)), Is.EqualTo(set == "hardened"));
        Assert.That(granted.Any(g => g.Contains("/configmaps ", StringComparison.Ordinal)), Is.EqualTo(set == "hardened"));
        Assert.That(granted, Has.None.Match("^(pods/exec|.*(impersonate|escalate|bind)$)"));
    }

    [Test]
    public async Task What_is_asked_for_on_top_gives_the_rights_that_it_takes(CancellationToken cancellationToken)
    {
        var documents = await Rendered.SetAsync("hardened", cancellationToken);
        AccessRule[] restoring = [.. ((string[])["configmaps", "secrets"]).Select(resource => new AccessRule("", resource, "get", "create", "patch"))];
        Assert.That(Granted(documents.Single("ClusterRole", "guardrail")), Is.SupersetOf(Granted([.. restoring, .. SourceSuspender.Rights])));
        Assert.That(Granted(documents.Single("ClusterRole", "guardrail-admission")), Is.EquivalentTo(Granted(OperatorRole.Answering("guardrail"))));
        var arguments = documents.Single("Deployment", "guardrail")["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(a => (string)a!);
        Assert.That(arguments, Has.Member("--admission-configuration=" + documents.Single("ValidatingWebhookConfiguration").Name()));
    }

    [Test]
    public async Task The_job_that_renews_the_definitions_may_do_that_and_nothing_else(CancellationToken cancellationToken)
    {
        var documents = await Rendered.SetAsync("observe", cancellationToken);
        Assert.That(Granted(documents.Single("ClusterRole", "guardrail-crds")), Is.EquivalentTo(Granted(ResourceDefinitions.Rights)));
        Assert.That(
            ResourceDefinitions.Names, Is.EquivalentTo(Directory.GetFiles(Path.Combine(HelmProgram.Chart, "crds"))
                .Select(file => (string)YamlDocuments.Read(File.ReadAllText(file)).Single()["metadata"]!["name"]!)));
    }

    /// <summary>One text per right: group/resource [names] verb.</summary>
    private static IEnumerable<string> Granted(JsonObject role) => role["rules"]!.AsArray().SelectMany(
        rule => from @group in Texts(rule!["apiGroups"])
                from resource in Texts(rule["resources"])
                from verb in Texts(rule["verbs"])
                select $"{@group}/{resource} [{string.Join(',', Texts(rule["resourceNames"]))}] {verb}");

    private static IEnumerable<string> Granted(IEnumerable<AccessRule> rules) => rules.SelectMany(
        rule => rule.Verbs.Select(verb => $"{rule.Group}/{rule.Resource} [{string.Join(',', rule.Names)}] {verb}"));

    private static IEnumerable<string> Texts(JsonNode? list) => list?.AsArray().Select(item => (string)item!) ?? [];
}
