using Guardrail.Cli.Output;
using Guardrail.Cli.Simulate;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Tests.Simulate;

public sealed class SimulateTests
{
    [Test]
    public async Task The_starter_is_a_scenario_that_meets_its_expectations()
    {
        var scenario = ScenarioFile.Load(new StringReader(StarterScenario.Text), "incident.yaml");
        var (code, text, _) = await RunAsync(scenario, new(1, 1, Json: false, JUnit: null, WithoutGuardrail: true));
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.Ok));
            Assert.That(text, Does.Contain("checkout v2: ROLL BACK: rolling back to v1"));
            Assert.That(text, Does.Contain("it saved "));
            Assert.That(text, Does.EndWith("All expectations were met.\n"));
        });
    }

    [Test]
    public async Task Json_is_all_that_is_on_standard_output_and_an_unmet_expectation_exits_1()
    {
        var scenario = ScenarioLibrary.Load("quiet-release")!;
        scenario = scenario with { Expect = new() { Rollouts = [new() { Service = "checkout", Actions = [ExpectedAction.RollBack] }] } };
        var (code, text, people) = await RunAsync(scenario, new(1, 1, Json: true, JUnit: null, WithoutGuardrail: false));
        var json = System.Text.Json.Nodes.JsonNode.Parse(text)!;
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.Failed));
            Assert.That((bool)json["isMet"]!, Is.False);
            Assert.That((string?)json["guarded"]!["rollouts"]![0]!["action"], Is.EqualTo("None"));
            Assert.That((double)json["guarded"]!["rollouts"]![0]!["begunAt"]!, Is.EqualTo(600));
            Assert.That(json["guarded"]!["moments"]!.AsArray(), Has.Count.EqualTo(1));
            Assert.That(json["guarded"]!["decisions"]!.AsArray().Select(d => (string?)d!["kind"]), Does.Contain("StampKnownGood"));
            var series = json["guarded"]!["series"]![0]!;
            string[] lists = ["evidence", "holdAt", "rollBackAt", "phase"];
            string[] counts = ["pods", "requests", "errors", "lower", "upper"];
            Assert.That(lists.Select(l => series[l]).Concat(counts.SelectMany(c => new[] { series["control"]![c], series["canary"]![c] })).Select(l => l!.AsArray().Count),
                Has.All.EqualTo(series["at"]!.AsArray().Count).And.All.GreaterThan(100));
            Assert.That(people, Does.Contain("NOT MET"));
        });
    }

    [TestCase("--speed 5", "--speed belongs to --live; in virtual time everything goes as fast as it can.")]
    [TestCase("--live --runs 5", "--live plays once, with Guardrail; leave --runs, --report and --without-guardrail to virtual time.")]
    [TestCase("--live --report a.html", "--live plays once, with Guardrail; leave --runs, --report and --without-guardrail to virtual time.")]
    [TestCase("--live --without-guardrail", "--live plays once, with Guardrail; leave --runs, --report and --without-guardrail to virtual time.")]
    [TestCase("--kubeconfig a --runs 5", "in a cluster a scenario is played once, by the clock, with the Guardrail that is installed there; leave --runs, --report and --without-guardrail to virtual time.")]
    [TestCase("--context test --live", "--live plays in an embedded cluster, --kubeconfig and --context in one of yours, by its clock; leave one out.")]
    [TestCase("--kubeconfig a --speed 2", "--live plays in an embedded cluster, --kubeconfig and --context in one of yours, by its clock; leave one out.")]
    [TestCase("--namespace shop-drill", "--namespace and --image belong to --kubeconfig or --context, which name the test cluster.")]
    public void Options_that_exclude_each_other_are_told_in_one_sentence(string arguments, string sentence)
    {
        var options = new SimulateOptions();
        var command = new System.CommandLine.RootCommand { options.Seed, options.Runs, options.Output, options.JUnit, options.Report, options.WithoutGuardrail, options.Live, options.Speed };
        foreach (var option in options.Cluster.All)
        {
            command.Options.Add(option);
        }

        Assert.That(() => options.Read(command.Parse(arguments), "quiet-release"), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(sentence));
    }

    [Test]
    public async Task What_Guardrail_would_do_and_may_not_is_told_and_does_not_count_as_done()
    {
        var scenario = ScenarioFile.Load(new StringReader("""
            apiVersion: guardrail.dev/v1alpha1
            kind: Scenario
            name: observed
            services: {checkout: {pods: 4, traffic: 100/s}}
            rollouts: [{service: checkout, at: 10m, faults: [{fault: crashLoop, after: 3s}]}]
            policy: {autonomy: Observe}
            expect: {rollouts: [{service: checkout, verdict: Regressed, action: None}]}
            """), "observed.yaml");
        var (code, text, _) = await RunAsync(scenario, new(1, 1, Json: false, JUnit: null, WithoutGuardrail: false));
        Assert.That(code, Is.EqualTo(ExitCode.Ok), text);
        Assert.That(text, Does.Match(@"\ncheckout v1→v2 +Regressed +would roll back +\d"));
        Assert.That(text, Does.Contain("autonomy is Observe: Guardrail would roll back to v1"));
    }

    [TestCase("--from 18m --until 26m", 8, 2)]
    [TestCase("--until 26m", 26, 20)]
    [TestCase("", 360, 20)]
    public void A_part_of_a_scenario_keeps_its_rollouts(string arguments, double minutes, double firstAt)
    {
        var cut = Cut(arguments);
        Assert.That((cut.Duration.TotalMinutes, cut.Rollouts[0].At.TotalMinutes, cut.Rollouts.Length), Is.EqualTo((minutes, firstAt, 3)));
    }

    [TestCase("--from 22m", "--from 22 min comes after the first rollout of march-checkout-outage, at 20 min, which would be left out; begin before it.")]
    [TestCase("--from 10m --until 9m", "--from 10 min leaves nothing of march-checkout-outage, which ends at 9 min.")]
    [TestCase("--from 7h", "--from 7 h leaves nothing of march-checkout-outage, which ends at 6 h.")]
    public void A_part_that_is_none_is_told_in_one_sentence(string arguments, string sentence) =>
        Assert.That(() => Cut(arguments), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(sentence));

    [Test]
    public async Task JUnit_has_a_test_for_each_expectation()
    {
        var path = Path.Combine(Path.GetTempPath(), $"w-sim-{Guid.NewGuid():N}.xml");
        try
        {
            var scenario = ScenarioLibrary.Load("quiet-release")!;
            await RunAsync(scenario, new(1, 1, Json: false, JUnit: path, WithoutGuardrail: false));
            var suite = System.Xml.Linq.XDocument.Load(path).Root!.Element("testsuite")!;
            Assert.Multiple(() =>
            {
                Assert.That((string?)suite.Attribute("tests"), Is.EqualTo("2"));
                Assert.That((string?)suite.Attribute("failures"), Is.EqualTo("0"));
                Assert.That(suite.Elements("testcase").Select(c => (string?)c.Attribute("name")), Does.Contain("checkout v2: Healthy, None"));
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task A_report_is_one_page_that_says_how_to_make_it_again()
    {
        var path = Path.Combine(Path.GetTempPath(), $"guardrail's report {Guid.NewGuid():N}.html");
        try
        {
            var wishes = new SimulateWishes(3, 1, Json: false, JUnit: null, WithoutGuardrail: false) { Report = new(path, "quiet-release") };
            var (code, text, _) = await RunAsync(ScenarioLibrary.Load("quiet-release")!, wishes);
            var page = System.Net.WebUtility.HtmlDecode(await File.ReadAllTextAsync(path));
            Assert.Multiple(() =>
            {
                Assert.That(code, Is.EqualTo(ExitCode.Ok));
                Assert.That(text, Does.Contain($"The report is in {path}"));
                Assert.That(page, Does.Contain($"guardrail simulate quiet-release --seed 3 --report '{path.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
                Assert.That(page, Does.Contain("What other tools' rules would have done"));
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void A_report_that_cannot_be_written_or_shows_many_plays_is_told_in_one_sentence()
    {
        var wishes = new SimulateWishes(1, 1, Json: false, JUnit: null, WithoutGuardrail: false) { Report = new("/dev/null/r.html", "x") };
        var scenario = ScenarioLibrary.Load("quiet-release")!;

        Assert.That(() => RunAsync(scenario, wishes), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("--report /dev/null/r.html cannot be written: "));
        Assert.That(() => RunAsync(scenario, wishes with { Runs = 2 }), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("--report shows one play; "));
    }

    [Test]
    public async Task Many_runs_say_how_many_met_and_the_rate_of_false_rollbacks()
    {
        var (code, text, _) = await RunAsync(ScenarioLibrary.Load("cold-start")!, new(1, 2, Json: false, JUnit: null, WithoutGuardrail: false));
        Assert.That(code, Is.EqualTo(ExitCode.Ok));
        Assert.That(text, Does.Contain("healthy rollouts: 2, falsely rolled back: 0").And.Contain("2 of 2 met all expectations."));
    }

    [Test]
    public void A_name_that_the_library_does_not_have_brings_a_suggestion() =>
        Assert.That(() => ScenarioSource.Load("quiet-relase"), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(
            "there is no scenario 'quiet-relase'; did you mean quiet-release?"));

    private static Scenario Cut(string arguments)
    {
        var options = new SimulateOptions();
        return options.Cut(new System.CommandLine.RootCommand { options.From, options.Until }.Parse(arguments), ScenarioLibrary.Load("march-checkout-outage")!);
    }

    private static async Task<(int Code, string Text, string Error)> RunAsync(Scenario scenario, SimulateWishes wishes)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await SimulateRun.RunAsync(scenario, new Screen { Out = text, Error = error, Unicode = true }, wishes, CancellationToken.None);
        return (code, text.ToString(), error.ToString());
    }
}
