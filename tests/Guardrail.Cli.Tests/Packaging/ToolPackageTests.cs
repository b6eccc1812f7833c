using System.IO.Compression;
using System.Xml.Linq;

namespace Guardrail.Cli.Tests.Packaging;

/// <summary>The .NET tool: packed, installed from a folder into an empty one, and run; by the steps of the composite action.</summary>
[Category("Slow")]
[NonParallelizable]
[CancelAfter(170_000)]
internal sealed class ToolPackageTests
{
    private DirectoryInfo folder = null!;

    private string Packages => Path.Combine(folder.FullName, "packages");

    [SetUp]
    public void Make() => folder = Directory.CreateTempSubdirectory("guardrail-tool-");

    [TearDown]
    public void Remove() => folder.Delete(recursive: true);

    [Test]
    public async Task It_is_packed_installed_and_run(CancellationToken cancellationToken)
    {
        var none = new Dictionary<string, string?>();
        await Subprocess.DotnetAsync(none, cancellationToken, "pack", "src/Guardrail.Cli", "--output", Packages);
        var package = Directory.GetFiles(Packages).Single(f => f.EndsWith(".nupkg", StringComparison.Ordinal));
        var version = CheckPackage(package);

        var (environment, outputs) = ActionEnvironment();
        environment["SOURCE"] = Packages;
        environment["VERSION"] = version;
        await StepAsync("Install Guardrail", environment, cancellationToken);
        var program = (await File.ReadAllLinesAsync(outputs, cancellationToken)).Single()["guardrail=".Length..];
        Assert.That(program, Does.StartWith(folder.FullName));

        environment["GUARDRAIL"] = program;
        environment["POLICIES"] = $"{Path.Combine(Checkout.Root, "samples", "policies")}\n\n{Path.Combine(Checkout.Root, "samples", "demo-shop", "policy.yaml")}\n";
        var said = await StepAsync("Check the policies", environment, cancellationToken);
        Assert.That(said, Does.Contain("valid  shop/everything").And.Contain("valid  shop/demo-shop"));

        var bad = Path.Combine(folder.FullName, "bad.yaml");
        await File.WriteAllTextAsync(bad, "apiVersion: guardrail.dev/v1alpha1\nkind: GuardrailPolicy\nmetadata: {name: web, namespace: shop}\nspec: {bake: soon}\n", cancellationToken);
        environment["POLICIES"] = bad;
        var (code, why) = await RunStepAsync("Check the policies", environment, cancellationToken);
        Assert.That((code, why), Is.EqualTo((2, why)));
        Assert.That(why, Does.Contain("spec.bake"));

        environment["SCENARIOS"] = $"requests-vanish\n{Path.Combine(Checkout.Root, "samples", "scenarios", "quiet-release.yaml")}\n";
        var played = await StepAsync("Play the scenarios", environment, cancellationToken);
        Assert.That(played.Split("All expectations were met."), Has.Length.EqualTo(3), played);

        await CompletesAsync(program, "guardrail run --autonomy-ceiling V", "Veto", cancellationToken);
        await CompletesAsync(program, "guardrail policy ch", "check", cancellationToken);
    }

    private static string CheckPackage(string package)
    {
        using var zip = ZipFile.OpenRead(package);
        var names = zip.Entries.Select(e => e.FullName).ToArray();
        Assert.That(names, Is.SupersetOf(new[] { "README.md", "LICENSE", "icon.png", "tools/net10.0/any/guardrail.dll", "tools/net10.0/any/DotnetToolSettings.xml" }));
        using var file = zip.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var nuspec = XElement.Load(file);
        XElement One(string name) => nuspec.Descendants().Single(e => e.Name.LocalName == name);
        Assert.That((string)One("id"), Is.EqualTo("guardrail"));
        Assert.That((string?)One("packageType").Attribute("name"), Is.EqualTo("DotnetTool"));
        Assert.That((string)One("license"), Is.EqualTo("Apache-2.0"));
        Assert.That((string)One("readme"), Is.EqualTo("README.md"));
        Assert.That((string)One("icon"), Is.EqualTo("icon.png"));
        Assert.That((string?)One("repository").Attribute("url"), Does.StartWith("https://github.com/guardrail/guardrail"));
        Assert.That((string?)One("repository").Attribute("commit"), Does.Match("^[0-9a-f]{40}$"));
        return (string)One("version");
    }

    private (Dictionary<string, string?> Environment, string Outputs) ActionEnvironment()
    {
        var outputs = Path.Combine(folder.FullName, "outputs");
        var environment = new Dictionary<string, string?>
        {
            ["RUNNER_TEMP"] = folder.CreateSubdirectory("runner").FullName,
            ["GITHUB_OUTPUT"] = outputs,
            ["NUGET_PACKAGES"] = Path.Combine(folder.FullName, "cache"),
            ["PATH"] = $"{Subprocess.DotnetRoot}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        return (environment, outputs);
    }

    private async Task<string> StepAsync(string name, Dictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var (code, text) = await RunStepAsync(name, environment, cancellationToken);
        Assert.That(code, Is.Zero, text);
        return text;
    }

    /// <summary>As a runner runs a step whose shell is bash.</summary>
    private Task<(int Code, string Text)> RunStepAsync(string name, Dictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var script = (string)YamlFiles.Action["runs"]!["steps"]!.AsArray().Single(s => (string?)s!["name"] == name)!["run"]!;
        return Subprocess.RunAsync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], folder.FullName, environment, cancellationToken);
    }

    private async Task CompletesAsync(string program, string line, string expected, CancellationToken cancellationToken)
    {
        var words = line.Split(' ');
        var script = $"""
            source '{Path.Combine(Checkout.Root, "samples", "completion", "guardrail.bash")}'
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_CWORD={words.Length - 1}
            COMP_WORDS=({string.Join(' ', words)})
            _guardrail_complete
            echo "$(complete -p guardrail)|{"${COMPREPLY[*]}"}"
            """;
        var environment = new Dictionary<string, string?> { ["PATH"] = $"{Path.GetDirectoryName(program)}:{Environment.GetEnvironmentVariable("PATH")}" };
        var said = await Subprocess.SucceedsAsync("bash", ["-c", script], folder.FullName, environment, cancellationToken);
        Assert.That(said.Trim(), Does.EndWith("guardrail|" + expected));
    }
}
