using System.Net;
using System.Net.Sockets;
using Guardrail.EndToEnd.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary>What a person can get wrong: one clear sentence on standard error, exit code 2, and nothing half done.</summary>
[Category("EndToEnd")]
[CancelAfter(60_000)]
internal sealed class BadInputTests
{
    private const string Dead = "http://127.0.0.1:1";
    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFiles()
    {
        folder = Directory.CreateTempSubdirectory("guardrail-input-");
        Write("ok.yaml", PolicyText.For("shop"));
        Write("wrong.yaml", PolicyText.For("shop").Replace("autonomy", "autonmy", StringComparison.Ordinal));
        Write("kubeconfig", Kubeconfig(Dead));
        Write("torn", "{\"a\":");
        folder.CreateSubdirectory("empty");
    }

    [TearDown]
    public void RemoveFiles() => folder.Delete(recursive: true);

    [TestCase("--policy {wrong.yaml} --scrape", "{wrong.yaml}(17,3): spec.autonmy is not a field; did you mean autonomy?")]
    [TestCase("--policy {none.yaml} --scrape", "The policy file {none.yaml} does not exist; name an existing file or folder with --policy.")]
    [TestCase("--policy {empty} --scrape", "{empty} holds no policy; put a .yaml file with a document of kind GuardrailPolicy there.")]
    [TestCase(
        "--policy {ok.yaml} --scrape",
        "http://127.0.0.1:1/ ({kubeconfig} (context c)): The API server cannot be reached: Connection refused; see that it runs, or choose another context.")]
    [TestCase("--policy {ok.yaml} --scrape --context prod", "The kubeconfig {kubeconfig} has no context \"prod\"; it has c.")]
    [TestCase(
        "--policy {ok.yaml} --prometheus localhost:9090",
        "'localhost:9090' is no http or https URL; --prometheus takes one such as http://prometheus:9090.")]
    [TestCase(
        "--policy {ok.yaml} --prometheus prometheus", "'prometheus' is no http or https URL; --prometheus takes one such as http://prometheus:9090.")]
    [TestCase(
        "--policy {ok.yaml} --prometheus http://a:b@prometheus",
        "--prometheus: Address carries credentials, which would end up in logs; give them as a header of the client.")]
    [TestCase(
        "--policy {ok.yaml} --prometheus http://a --scrape",
        "--prometheus and --scrape exclude each other: name one source of metrics; see guardrail run --help.")]
    [TestCase(
        "--policy {ok.yaml}",
        "no source of metrics is given: name one with --prometheus URL, or read the pods directly with --scrape; see guardrail run --help.")]
    [TestCase("--scrape", "no policy is given: name a file or folder with --policy; see guardrail run --help.")]
    [TestCase("--policy {ok.yaml} --scrape --listen 9464", "--listen takes ADDRESS:PORT, such as 127.0.0.1:9464.")]
    [TestCase(
        "--policy {ok.yaml} --scrape --listen host:80",
        "'host:80' is no address to listen on; --listen takes ADDRESS:PORT, such as 127.0.0.1:9464.")]
    [TestCase("--policy {ok.yaml} --scrape --backfill 5", "'5' is no duration; write 500ms, 5s, 10m or 6h; see guardrail run --help.")]
    [TestCase(
        "--policy {ok.yaml} --scrape --leader-elect --leader-elect-renew-deadline 15s",
        "The renew deadline (15 s) must be shorter than the lease duration (15 s): the holder gives up before another takes over.")]
    [TestCase(
        "--policy {ok.yaml} --scrape --leader-elect-resource-name Guard_Rail",
        "The lease needs the name of a Kubernetes object and of a namespace: lower case letters, digits and dashes.")]
    [TestCase(
        "--policy {ok.yaml} --scrape --notify-slack hooks.slack.com/secret",
        "--notify-slack number 1 holds no http or https URL; write one such as https://hooks.example.com/path.")]
    [TestCase("--policy {ok.yaml} --scrape --backfill 7h", "--backfill takes a duration from 0s to 6h.")]
    [TestCase("--policy {ok.yaml} --scrape --bakfill 5m", "there is no option '--bakfill'; did you mean --backfill?; see guardrail run --help.")]
    [TestCase(
        "--policy {ok.yaml} --scrape --autonomy-ceiling Full",
        "'Full' is no value of --autonomy-ceiling; choose Observe, Recommend, Veto or Enforce; see guardrail run --help.")]
    [TestCase(
        "--mode sidecar",
        "--mode sidecar needs POD_NAME in the environment, from the downward API (fieldRef metadata.name), as guardrail inject writes it. "
            + "--mode sidecar needs POD_NAMESPACE in the environment, from the downward API (fieldRef metadata.namespace), as guardrail inject writes it.")]
    [TestCase(
        "--policy {ok.yaml} --scrape --autonomy Veto",
        "--autonomy belongs to --mode sidecar; a policy names its autonomy itself, and --autonomy-ceiling limits it; see guardrail run --help.")]
    [TestCase("--mode beside --scrape", "'beside' is no value of --mode; choose Operator or Sidecar; see guardrail run --help.")]
    public async Task Run_says_what_is_wrong(string arguments, string sentence, CancellationToken cancellationToken)
    {
        var result = await GuardrailProcess.RunAsync(
            cancellationToken, ["run", .. InFolder(arguments).Split(' '), "--kubeconfig", PathOf("kubeconfig"), .. Anywhere(arguments)]);

        Assert.That(result, Is.EqualTo((2, "", "guardrail: " + InFolder(sentence))));
    }

    [TestCase("rum", "there is no command 'rum'; choose run, demo, simulate, drill, status, explain, history, hold, resume, rollback, veto, release, policy, inject, crds or ready; see guardrail --help.")]
    [TestCase("inject", "Option '--filename' is required; see guardrail inject --help.")]
    [TestCase("inject -f - --in-place", "--in-place writes the file that was read, and goes with neither --output nor -f -; see guardrail inject --help.")]
    [TestCase("demo --seed -1", "'-1' is no seed; --seed takes a whole number from 0 to 18446744073709551615; see guardrail demo --help.")]
    [TestCase("demo --output xml", "'xml' is no value of --output; choose Text or Json; see guardrail demo --help.")]
    [TestCase("demo now", "'now' belongs to no option; see guardrail demo --help.")]
    public async Task A_wrong_command_is_named(string arguments, string sentence, CancellationToken cancellationToken)
    {
        var result = await GuardrailProcess.RunAsync(cancellationToken, arguments.Split(' '));

        Assert.That(result, Is.EqualTo((2, "", "guardrail: " + sentence)));
    }

    [TestCase("status")]
    [TestCase("explain checkout")]
    [TestCase("history")]
    [TestCase("hold checkout")]
    [TestCase("rollback checkout --reason INC-7")]
    [TestCase("policy check {ok.yaml}")]
    public async Task A_cluster_that_is_away_is_told_by_the_commands_for_the_on_call(string command, CancellationToken cancellationToken)
    {
        var result = await GuardrailProcess.RunAsync(cancellationToken, [.. InFolder(command).Split(' '), "--kubeconfig", PathOf("kubeconfig")]);

        Assert.That(result, Is.EqualTo((2, "", InFolder(
            "guardrail: http://127.0.0.1:1/ ({kubeconfig} (context c)): The API server cannot be reached: Connection refused; see that it runs, or choose another context."))));
    }

    [TestCase("{none}", "The kubeconfig {none} does not exist; name an existing file with --kubeconfig or KUBECONFIG.")]
    [TestCase("{torn}", "The kubeconfig {torn} is malformed at line ")]
    public async Task A_kubeconfig_that_cannot_be_used_is_named(string path, string sentence, CancellationToken cancellationToken)
    {
        var result = await GuardrailProcess.RunAsync(
            cancellationToken, "run", "--policy", PathOf("ok.yaml"), "--scrape", "--kubeconfig", InFolder(path), "--listen", "127.0.0.1:0");

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("guardrail: " + InFolder(sentence)).And.Not.Contain("\n"));
    }

    [Test]
    public async Task No_cluster_at_all_is_told_with_the_way_to_name_one(CancellationToken cancellationToken)
    {
        var nobody = new Dictionary<string, string?> { ["HOME"] = folder.FullName, ["KUBERNETES_SERVICE_HOST"] = null };
        await using var process = GuardrailProcess.Start(nobody, "run", "--policy", PathOf("ok.yaml"), "--scrape", "--listen", "127.0.0.1:0");

        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(2));
        Assert.That(process.Errors, Is.EqualTo(new[]
        {
            $"guardrail: There is no cluster to connect to: {Path.Combine(folder.FullName, ".kube", "config")} does not exist, "
                + "KUBECONFIG is not set, and this is no pod; name a file with --kubeconfig.",
        }));
    }

    [Test]
    public async Task A_web_site_is_neither_a_Prometheus_nor_an_API_server(CancellationToken cancellationToken)
    {
        await using var site = await StartSiteAsync();
        await using var shop = await TestShop.StartAsync(cancellationToken);
        var before = shop.Cluster.Api.Counters.Of("list", "deployments");
        var prometheus = await GuardrailProcess.RunAsync(
            cancellationToken,
            ["run", "--policy", PathOf("ok.yaml"), "--prometheus", site.Urls.First(), "--kubeconfig", shop.Kubeconfig, .. Anywhere("")]);
        Write("site", Kubeconfig(site.Urls.First()));
        var cluster = await GuardrailProcess.RunAsync(
            cancellationToken, "run", "--policy", PathOf("ok.yaml"), "--scrape", "--kubeconfig", PathOf("site"), "--listen", "127.0.0.1:0");

        Assert.That((prometheus.ExitCode, prometheus.Output), Is.EqualTo((2, "")));
        Assert.That(prometheus.Error, Does.StartWith("guardrail: ").And.Contain(site.Urls.First()).And.Contain("Prometheus").And.Not.Contain("\n"));
        Assert.That(shop.Cluster.Api.Counters.Of("list", "deployments"), Is.EqualTo(before), "the cluster was not watched yet");
        Assert.That(cluster, Is.EqualTo((2, "", $"guardrail: {site.Urls.First()}/ ({PathOf("site")} (context c)) answers, but not as a Kubernetes API "
            + "server; correct the server address in the kubeconfig.")));
    }

    [Test]
    public async Task A_taken_port_is_told_before_anything_is_begun(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var before = shop.Cluster.Api.Counters.Total;
        var result = await GuardrailProcess.RunAsync(
            cancellationToken, "run", "--policy", PathOf("ok.yaml"), "--scrape", "--kubeconfig", shop.Kubeconfig, "--listen", $"{taken.LocalEndpoint}");

        Assert.That(result, Is.EqualTo((2, "", $"guardrail: {taken.LocalEndpoint} is taken by another program; name another address with --listen.")));
        Assert.That(shop.Cluster.Api.Counters.Total, Is.EqualTo(before));
    }

    private static async Task<WebApplication> StartSiteAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapFallback(() => Results.Text("<!doctype html><title>Welcome</title>", "text/html"));
        await app.StartAsync();
        return app;
    }

    private static string Kubeconfig(string server) => $$"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: c
          cluster: {server: "{{server}}"}
        users:
        - name: u
          user: {token: secret}
        contexts:
        - name: c
          context: {cluster: c, user: u}
        current-context: c

        """;

    /// <summary>A free port, so that a daemon that happens to run here is not in the way.</summary>
    private static string[] Anywhere(string arguments) => arguments.Contains("--listen", StringComparison.Ordinal) ? [] : ["--listen", "127.0.0.1:0"];

    private void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Names in braces are files of the test's folder.</summary>
    private string InFolder(string text) => text.Replace("{", folder.FullName + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        .Replace("}", "", StringComparison.Ordinal);
}
