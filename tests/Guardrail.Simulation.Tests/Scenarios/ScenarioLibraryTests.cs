using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Reading;

namespace Guardrail.Simulation.Tests.Scenarios;

public sealed class ScenarioLibraryTests
{
    private const int Seeds = 2;

    public static IEnumerable<string> Names => ScenarioLibrary.Names;

    [Test]
    public void Holds_every_file_of_the_samples() => Assert.That(
        ScenarioLibrary.Names,
        Is.EqualTo(Directory.GetFiles(Samples.Folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)));

    [TestCaseSource(nameof(Names))]
    public void Each_scenario_tells_its_story_and_expects_something(string name)
    {
        var scenario = ScenarioLibrary.Load(name)!;
        Assert.Multiple(() =>
        {
            Assert.That(scenario.Name, Is.EqualTo(name));
            Assert.That(scenario.Title, Is.Not.Empty);
            Assert.That(scenario.Story, Has.Length.GreaterThan(40));
            Assert.That(scenario.Expect.Rollouts, Is.Not.Empty);
            Assert.That(ScenarioLibrary.Text(name), Does.StartWith("# yaml-language-server: $schema=scenario.schema.json\n"));
        });
    }

    [TestCaseSource(nameof(Names))]
    public void Each_scenario_meets_its_expectations(string name)
    {
        var scenario = ScenarioLibrary.Load(name)!;
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var result = ScenarioPlayer.Play(scenario, seed);
            Assert.That(result.Checks.Where(c => !c.IsMet), Is.Empty, $"seed {seed}");
        }
    }

    [Test]
    public void The_published_schema_is_that_of_the_reader() =>
        Assert.That(File.ReadAllText(Path.Combine(Samples.Folder, "scenario.schema.json")), Is.EqualTo(ScenarioSchema.Write()));
}
