using System.Collections.Immutable;
using Guardrail.Cli.Policies;
using Guardrail.Cli.Tests.OnCall;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Cli.Tests.Policies;

internal sealed class PolicyCheckTests
{
    private const string Valid = "apiVersion: guardrail.dev/v1alpha1\nkind: GuardrailPolicy\nmetadata: {name: web, namespace: shop}\n";
    private DirectoryInfo folder = null!;

    [SetUp]
    public void Make() => folder = Directory.CreateTempSubdirectory("guardrail-policies-");

    [TearDown]
    public void Remove() => folder.Delete(recursive: true);

    [Test]
    public void Every_wrong_file_is_named_and_not_only_the_first()
    {
        var torn = Write("a.yaml", Valid + "spec: {bake: soon}\n");
        Write("b.yaml", Valid);
        var none = Path.Combine(folder.FullName, "none.yaml");
        var empty = folder.CreateSubdirectory("empty").FullName;

        var (policies, faults) = PolicyReading.Read([folder.FullName, none, empty]);

        Assert.That(policies.Select(p => p.ToString()), Is.EqualTo(new[] { "shop/web" }));
        Assert.That(faults, Has.Count.EqualTo(3));
        Assert.That(faults[0], Does.StartWith($"{torn}(4,").And.Contain("spec.bake"));
        Assert.That(faults[1], Is.EqualTo($"The policy file {none} does not exist; name an existing file or folder."));
        Assert.That(faults[2], Is.EqualTo($"{empty} holds no policy; put a .yaml file with a document of kind GuardrailPolicy there."));
    }

    [Test]
    public void Without_a_cluster_it_says_what_the_source_must_have_and_that_it_did_not_look()
    {
        Write("b.yaml", Valid);
        var report = new PolicyReport(PolicyReading.Read([folder.FullName]).Policies, null, "--offline");
        var (screen, text) = Fixtures.Terminal();
        report.Write(screen);
        Assert.That(text.ToString(), Does.StartWith("valid  shop/web (").And.Contain("errors: the counter http_requests_total with one of the labels"));
        Assert.That(text.ToString(), Does.Contain("No cluster was looked at (--offline)"));
        Assert.That((bool)report.Data()["looked"]!, Is.False);
    }

    [Test]
    public void With_one_it_says_of_each_workload_whether_it_could_be_rolled_back_and_is_paced()
    {
        var policy = new GuardPolicy { Name = "web", Namespace = "shop", Pacing = new() };
        var look = new ClusterLook(
            new("https://k/"),
            [
                GuardedNow.Of(View("cart", historyLimit: 10, gradual: false), policy, Fixtures.Now),
                GuardedNow.Of(View("checkout", historyLimit: 10, gradual: true), policy, Fixtures.Now),
                GuardedNow.Of(View("legacy", historyLimit: 0, gradual: true), policy, Fixtures.Now),
            ]);
        var (screen, text) = Fixtures.Terminal();
        var idle = new ReadPolicy("b.yaml", policy with { Name = "idle" });
        new PolicyReport([new("a.yaml", policy), idle], look, "").Write(screen);
        var lines = text.ToString().Split('\n');
        Assert.That(lines.Single(l => l.StartsWith("shop/cart", StringComparison.Ordinal)), Does.Contain(" no ").And.Contain("Not paced: its strategy"));
        Assert.That(lines.Single(l => l.StartsWith("shop/checkout", StringComparison.Ordinal)), Does.Contain("at 1 %"));
        Assert.That(lines.Single(l => l.StartsWith("shop/legacy", StringComparison.Ordinal)), Does.Contain("NoHistory").And.Contain("revisionHistoryLimit 0"));
        Assert.That(text.ToString(), Does.Contain("3 would be guarded on https://k/;").And.Contain("note  shop/idle guards nothing"));
    }

    [TestCase(Autonomy.Observe, true)]
    [TestCase(Autonomy.Veto, false)]
    public void A_policy_that_asks_for_more_than_guardrail_may_do_there_is_named_with_both(Autonomy ceiling, bool isLimited)
    {
        var policy = new GuardPolicy { Name = "web", Namespace = "shop", Autonomy = Autonomy.Veto };
        var look = new ClusterLook(new("https://k/"), []) { Ceilings = ImmutableDictionary<string, Autonomy>.Empty.Add("shop", ceiling) };
        var report = new PolicyReport([new("a.yaml", policy), new("b.yaml", policy with { Namespace = "elsewhere" })], look, "");
        var (screen, text) = Fixtures.Terminal(160);
        report.Write(screen);

        const string Note = "note  shop/web asks for Veto, but Guardrail may do no more than Observe here (--autonomy-ceiling, in the chart autonomyCeiling).\n";
        Assert.That(text.ToString(), isLimited ? Does.EndWith(Note) : Does.Not.Contain("asks for"));
        Assert.That(text.ToString(), Does.Not.Contain("elsewhere asks for"), "what Guardrail may do there is not known");
        Assert.That(report.Data()["policies"]!.AsArray().Select(p => (string?)p!["autonomyCeiling"]), Is.EqualTo(new[] { ceiling.ToString(), null }));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static WorkloadView View(string name, int historyLimit, bool gradual) => new()
    {
        Id = new("shop", WorkloadKind.Deployment, name),
        Uid = name,
        Generation = 1,
        DesiredReplicas = 1,
        CurrentRevision = new("6f7d"),
        Revisions = [new() { Id = new("6f7d"), Number = 1, DesiredReplicas = 1 }],
        Pods = [],
        HistoryLimit = historyLimit,
        RollsGradually = gradual,
    };
}
