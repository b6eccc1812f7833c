using System.CommandLine;
using System.Text.RegularExpressions;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Cli.Tests.Docs;

/// <summary>What the documents show is there, and works.</summary>
internal sealed class ReadmeTests
{
    private const string Run = "dotnet run --project src/Guardrail.Cli ";
    private static readonly string Root = FindRoot();

    private static IEnumerable<string> Documents => Directory.EnumerateFiles(Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories));

    private static IEnumerable<string> Commands => Documents.SelectMany(d => Blocks(d, "bash")).SelectMany(b => b.Split('\n')).Where(l =>
        l.StartsWith(Run, StringComparison.Ordinal) || l.StartsWith("./eng/test", StringComparison.Ordinal)).Distinct();

    [Test]
    public void The_readme_shows_the_demo_the_daemon_and_the_tests()
    {
        Assert.That(File.Exists(Path.Combine(Root, "README.md")));
        Assert.That(Commands, Has.Some.Contain(" demo").And.Some.Contain(" run --policy ").And.Some.StartsWith("./eng/test"));
    }

    [TestCaseSource(nameof(Commands))]
    public void A_command_names_what_exists(string command)
    {
        if (command.StartsWith("./eng/test", StringComparison.Ordinal))
        {
            var help = File.ReadAllText(Path.Combine(Root, "eng", "test"));
            Assert.That(command.Split(' ').Where(w => w.StartsWith("--", StringComparison.Ordinal)), Is.All.Matches<string>(o => help.Contains(o!, StringComparison.Ordinal)));
            return;
        }

        Assert.That(Path.Combine(Root, "src", "Guardrail.Cli", "Guardrail.Cli.csproj"), Does.Exist);
        var arguments = command[(command.IndexOf(" -- ", StringComparison.Ordinal) + 4)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(InputErrors.Describe(CommandLine.Root.Parse(arguments)), Is.Null);
        foreach (var path in arguments.Where(a => a.StartsWith("samples/", StringComparison.Ordinal)))
        {
            Assert.That(Path.Combine(Root, path), Does.Exist);
        }
    }

    [Test]
    public void Every_command_for_the_on_call_is_shown_as_it_is_typed()
    {
        string[] shown = [.. Blocks(Path.Combine(Root, "docs", "operating.md"), "bash").SelectMany(b => b.Split('\n'))
            .Where(l => l.StartsWith("guardrail ", StringComparison.Ordinal)).Select(l => l["guardrail ".Length..])];
        foreach (var command in shown)
        {
            Assert.That(InputErrors.Describe(CommandLine.Root.Parse(command.Split(' '))), Is.Null, command);
        }

        Assert.That(
            shown.Select(c => c.Split(' ')[0]).Distinct(),
            Is.EquivalentTo(CommandLine.Root.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).Except(["run", "demo", "simulate"])));
    }

    [Test]
    public void Every_command_and_scenario_of_simulate_is_shown_as_it_is()
    {
        var document = Path.Combine(Root, "docs", "simulate.md");
        string[] shown = [.. Blocks(document, "bash").SelectMany(b => b.Split('\n')).Where(l => l.StartsWith("guardrail simulate", StringComparison.Ordinal))];
        Assert.That(shown.Select(c => InputErrors.Describe(CommandLine.Root.Parse(c["guardrail ".Length..].Split(' ')))), Has.All.Null);
        var scenario = Blocks(document, "yaml").Single(y => y.Contains("kind: Scenario", StringComparison.Ordinal));
        Assert.That(Guardrail.Simulation.Scenarios.ScenarioFile.Load(new StringReader(scenario), "docs/simulate.md").Rollouts, Has.Length.EqualTo(1));
    }

    [Test]
    public void Every_sample_policy_loads()
    {
        var samples = Directory.GetFiles(Path.Combine(Root, "samples", "policies"), "*.yaml");
        Assert.That(samples, Is.Not.Empty);
        foreach (var sample in samples)
        {
            Assert.That(PolicyFile.Load(sample), Is.Not.Empty);
        }
    }

    [Test]
    public void Every_policy_in_the_documents_loads()
    {
        foreach (var yaml in Documents.SelectMany(d => Blocks(d, "yaml")).Where(y => y.Contains("kind: GuardrailPolicy", StringComparison.Ordinal)))
        {
            using var reader = new StringReader(yaml);
            Assert.That(PolicyFile.Load(reader, "document"), Is.Not.Empty);
        }
    }

    private static IEnumerable<string> Blocks(string document, string language) =>
        Regex.Matches(File.ReadAllText(document), $@"^```{language}\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)
            .Select(m => m.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The checkout's root was not found above the tests.");
        }

        return folder.FullName;
    }
}
