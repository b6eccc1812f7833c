using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Guardrail.Cli.Sidecar;
using Guardrail.Simulation.Cluster;

namespace Guardrail.Cli.Tests.Packaging;

/// <summary>
/// The image, built by the SDK on a stand-in for the base image, which cannot be had without a network; what is in Guardrail's own layer is run.
/// </summary>
[Category("Slow")]
[NonParallelizable]
[CancelAfter(170_000)]
internal sealed class ImageTests
{
    private const string User = "65532";
    private DirectoryInfo folder = null!;

    [SetUp]
    public void Make()
    {
        folder = Directory.CreateTempSubdirectory("guardrail-image-");
        Allow(folder.FullName, "0755");
    }

    [TearDown]
    public void Remove()
    {
        Allow(folder.FullName, "u+w", "-R");
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task It_is_of_two_architectures_and_its_program_guards_without_a_right_and_from_a_folder_it_cannot_write(CancellationToken cancellationToken)
    {
        var image = await BuildAsync(cancellationToken);
        var manifests = image.Manifests();
        Assert.That(manifests.Keys, Is.EquivalentTo(new[] { "amd64", "arm64" }));
        foreach (var (architecture, manifest) in manifests)
        {
            var config = image.Blob(manifest["config"]!);
            Assert.That((string?)config["architecture"], Is.EqualTo(architecture));
            Check(config["config"]!);
        }

        var here = manifests[RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64"];
        var root = folder.CreateSubdirectory("root").FullName;
        await image.UnpackApplicationAsync(here, root, cancellationToken);
        Assert.That(Directory.GetFiles(root, "*.xml", SearchOption.AllDirectories), Is.Empty, "documentation for programmers is not shipped");
        string[] entry = [.. image.Blob(here["config"]!)["config"]!["Entrypoint"]!.AsArray().Select(e => (string)e!)];
        await RunAsync(root, [Subprocess.Dotnet, .. entry[1..].Select(e => root + e)], entry[0], cancellationToken);
    }

    private static void Check(JsonNode config)
    {
        Assert.That((string?)config["User"], Is.EqualTo($"{User}:{User}"));
        Assert.That(config["ExposedPorts"]!.AsObject().Select(p => p.Key), Is.EqualTo(new[] { $"{InjectOptions.DefaultPort}/tcp" }));
        Assert.That(config["Entrypoint"]!.AsArray().Select(e => (string?)e), Is.EqualTo(new[] { "dotnet", "/app/guardrail.dll" }));
        var labels = config["Labels"]!;
        string Label(string name) => (string?)labels["org.opencontainers.image." + name] ?? "";
        Assert.That(Label("version"), Is.EqualTo(InjectOptions.DefaultImage.Split(':')[^1]));
        Assert.That(Label("licenses"), Is.EqualTo("Apache-2.0"));
        Assert.That(Label("title"), Is.EqualTo("Guardrail"));
        Assert.That(Label("source"), Is.EqualTo("https://github.com/guardrail/guardrail"), "whole, not cut at the second colon");
        Assert.That(Label("revision"), Does.Match("^[0-9a-f]{40}$"));
        Assert.That(DateTimeOffset.TryParse(Label("created"), CultureInfo.InvariantCulture, out _), Is.True, Label("created"));
    }

    private async Task<BuiltImage> BuildAsync(CancellationToken cancellationToken)
    {
        await using var registry = new StandInRegistry();
        var archive = Path.Combine(folder.FullName, "image.tar");
        var environment = new Dictionary<string, string?> { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = registry.Host };
        await Subprocess.DotnetAsync(
            environment, cancellationToken, "publish", "src/Guardrail.Cli", "/t:PublishContainer",
            $"-p:ContainerBaseImage={registry.Host}/dotnet/aspnet:10.0-noble-chiseled", $"-p:ContainerArchiveOutputPath={archive}");
        return await BuiltImage.UnpackAsync(archive, folder.CreateSubdirectory("image").FullName, cancellationToken);
    }

    private async Task RunAsync(string root, string[] program, string name, CancellationToken cancellationToken)
    {
        Assert.That(name, Is.EqualTo("dotnet"));
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { Services = [new ServiceOptions { Namespace = "shop", Name = "checkout" }] }, cancellationToken);
        var inputs = folder.CreateSubdirectory("inputs").FullName;
        var kubeconfig = Path.Combine(inputs, "kubeconfig");
        cluster.WriteKubeconfig(kubeconfig);
        var policy = Path.Combine(inputs, "minimal.yaml");
        File.Copy(Path.Combine(Checkout.Root, "samples", "policies", "minimal.yaml"), policy);
        Allow(folder.FullName, "a=rX", "-R");

        string[] command = [.. program, "run", "--policy", policy, "--scrape", "--kubeconfig", kubeconfig, "--listen", "127.0.0.1:0"];
        if (Environment.UserName == "root")
        {
            command = ["setpriv", "--reuid", User, "--regid", User, "--clear-groups", "--no-new-privs", "--bounding-set", "-all", .. command];
        }

        var environment = new Dictionary<string, string?> { ["TMPDIR"] = inputs, ["HOME"] = null };
        using var process = Process.Start(Subprocess.Start(command[0], command[1..], Path.Combine(root, "app"), environment))!;
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            var (address, said) = await AddressAsync(process, cancellationToken);
            var drain = process.StandardError.ReadToEndAsync(CancellationToken.None);
            using var http = new HttpClient { BaseAddress = new Uri(address) };
            Assert.That(await http.GetStringAsync(new Uri("healthz", UriKind.Relative), cancellationToken), Is.Not.Empty);
            Assert.That(await http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellationToken), Does.Contain("guardrail_workloads"));
            if (Environment.UserName == "root")
            {
                var status = await File.ReadAllTextAsync($"/proc/{process.Id}/status", cancellationToken);
                Assert.That(status, Does.Match($@"(?m)^Uid:\s+{User}\s").And.Match(@"(?m)^CapEff:\s+0+$"));
            }

            await Subprocess.SucceedsAsync("kill", ["-TERM", $"{process.Id}"], inputs, new Dictionary<string, string?>(), cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.That(process.ExitCode, Is.Zero, said + await drain);
            Assert.That(Directory.GetFileSystemEntries(inputs), Has.Length.EqualTo(2), "nothing was left there");
        }
        finally
        {
            process.Kill();
            await output;
        }
    }

    private static async Task<(string Address, string Said)> AddressAsync(Process process, CancellationToken cancellationToken)
    {
        var said = "";
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            said += line + "\n";
            if (Regex.Match(line, @"health and metrics at (\S+)") is { Success: true } match)
            {
                return (match.Groups[1].Value, said);
            }
        }

        Assert.Fail($"It ended before it served:\n{said}");
        return default;
    }

    private static void Allow(string path, string mode, params string[] options)
    {
        using var change = Process.Start("chmod", [.. options, mode, path]);
        change.WaitForExit();
        Assert.That(change.ExitCode, Is.Zero);
    }
}
