using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Guardrail.Cli.Tests.Packaging;

/// <summary>The workflows are not run here; what can be said of them without a runner is said here.</summary>
internal sealed class WorkflowTests
{
    /// <summary>Every right to write that a job has, and no other.</summary>
    private static readonly string[] Rights =
    [
        "image.yml/image: packages id-token attestations",
        "chart.yml/chart: packages",
        "release.yml/image: packages id-token attestations",
        "release.yml/chart: packages",
        "release.yml/tool: id-token",
        "release.yml/page: contents",
    ];

    private static IEnumerable<string> Files => Directory.GetFiles(YamlFiles.Workflows, "*.yml").Append(YamlFiles.ActionPath);

    private static IEnumerable<(string Name, string File, JsonNode Job)> Jobs =>
        from file in Directory.GetFiles(YamlFiles.Workflows, "*.yml").Order(StringComparer.Ordinal)
        from job in YamlFiles.Read(file).Single()["jobs"]!.AsObject()
        select ($"{Path.GetFileName(file)}/{job.Key}", file, job.Value!);

    private static IEnumerable<JsonNode> Steps => Jobs.SelectMany(j => j.Job["steps"]?.AsArray() ?? []).Concat(YamlFiles.Action["runs"]!["steps"]!.AsArray())!;

    [Test]
    public void Every_action_of_others_is_pinned_by_its_commit_and_says_which_version_that_is()
    {
        var uses = Files.SelectMany(File.ReadLines).Where(l => Regex.IsMatch(l, @"^\s*(- )?uses:")).ToArray();
        Assert.That(uses, Has.Length.GreaterThan(10));
        Assert.That(uses, Is.All.Match(@"uses: (\./\.github/workflows/[a-z]+\.yml|[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$"));
        foreach (var local in uses.Select(u => u.Split("uses: ")[1]).Where(u => u.StartsWith("./", StringComparison.Ordinal)))
        {
            Assert.That(Path.Combine(Checkout.Root, local), Does.Exist);
        }
    }

    [Test]
    public void One_action_is_pinned_to_one_commit_everywhere()
    {
        var pins = Files.SelectMany(File.ReadLines).Select(l => Regex.Match(l, @"uses: ([\w.-]+/[\w.-]+)@(\S+)")).Where(m => m.Success);
        Assert.That(pins.Select(m => m.Value).Distinct().GroupBy(v => v.Split('@')[0]).Where(g => g.Count() > 1), Is.Empty);
    }

    [Test]
    public void A_job_may_write_what_it_must_and_nothing_else()
    {
        foreach (var file in Directory.GetFiles(YamlFiles.Workflows, "*.yml"))
        {
            Assert.That(YamlFiles.Read(file).Single()["permissions"]!.ToJsonString(), Is.EqualTo("""{"contents":"read"}"""), file);
        }

        var rights = Jobs.Where(j => j.Job["permissions"] is not null).Select(j =>
            $"{j.Name}: {string.Join(' ', j.Job["permissions"]!.AsObject().Where(p => (string?)p.Value == "write").Select(p => p.Key))}");
        Assert.That(rights, Is.EquivalentTo(Rights));
    }

    [Test]
    public void A_job_ends_some_time_and_leaves_no_token_in_the_checkout()
    {
        foreach (var (name, _, job) in Jobs.Where(j => j.Job["uses"] is null))
        {
            Assert.That((double?)job["timeout-minutes"], Is.InRange(1, 60), name);
            Assert.That((string?)job["runs-on"], Is.EqualTo("ubuntu-latest"), name);
        }

        Assert.That(
            Steps.Where(s => ((string?)s["uses"])?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true),
            Is.Not.Empty.And.All.Matches<JsonNode>(s => (bool?)s!["with"]?["persist-credentials"] == false));
    }

    [Test]
    public void No_script_has_an_expression_in_it_that_somebody_elses_text_could_fill() =>
        Assert.That(Steps.Select(s => (string?)s["run"]).Where(r => r is not null), Is.Not.Empty.And.All.Not.Contain("${{"));

    [Test]
    public void The_composite_action_reads_only_inputs_it_declares_and_names_a_shell_for_each_script()
    {
        var action = YamlFiles.Action;
        Assert.That((string?)action["runs"]!["using"], Is.EqualTo("composite"));
        var declared = action["inputs"]!.AsObject().Select(i => i.Key).ToArray();
        Assert.That(action["inputs"]!.AsObject().Select(i => (string?)i.Value!["description"]), Is.All.Not.Empty);
        var read = Regex.Matches(File.ReadAllText(YamlFiles.ActionPath), @"\$\{\{ inputs\.([a-z-]+) \}\}").Select(m => m.Groups[1].Value);
        Assert.That(read.Distinct(), Is.EquivalentTo(declared));
        Assert.That(
            action["runs"]!["steps"]!.AsArray().Where(s => s!["run"] is not null).Select(s => (string?)s!["shell"]), Is.Not.Empty.And.All.EqualTo("bash"));
    }

    [Test]
    public void The_build_runs_what_a_change_must_pass()
    {
        var build = Jobs.Single(j => j.Name == "build.yml/test").Job;
        Assert.That(build["steps"]!.AsArray().Select(s => (string?)s!["run"]), Does.Contain("./.ci/run"));
        Assert.That(Path.Combine(Checkout.Root, ".ci", "run"), Does.Exist);
    }

    [Test]
    [Category("Workflows")]
    [CancelAfter(60_000)]
    public async Task Actionlint_finds_nothing(CancellationToken cancellationToken)
    {
        var none = new Dictionary<string, string?>();

        // It is older than these two: the permission for attestations, and the context of a repository's variables.
        string[] known = ["-ignore", "unknown permission scope \"attestations\"", "-ignore", "undefined variable \"vars\""];
        var (code, said) = await Subprocess.RunAsync(
            Actionlint, [.. known, .. Directory.GetFiles(YamlFiles.Workflows, "*.yml")], Checkout.Root, none, cancellationToken);
        Assert.That((code, said), Is.EqualTo((0, "")));

        var wrong = Path.Combine(TestContext.CurrentContext.WorkDirectory, "wrong.yml");
        await File.WriteAllTextAsync(wrong, "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nope.x }}\n", cancellationToken);
        (code, said) = await Subprocess.RunAsync(Actionlint, [wrong], Checkout.Root, none, cancellationToken);
        Assert.That((code, said), Is.EqualTo((1, said)));
        Assert.That(said, Does.Contain("nope"));
    }

    private static string Actionlint => Environment.GetEnvironmentVariable("GUARDRAIL_TEST_ACTIONLINT") is { Length: > 0 } named ? named
        : Path.Combine(Checkout.Root, "artifacts", "tools", "actionlint") is var got && File.Exists(got) ? got
        : throw new InvalidOperationException("actionlint is missing: run ./eng/test, which gets it, or set GUARDRAIL_TEST_ACTIONLINT to its path.");
}
