using System.Text.Json.Nodes;
using Guardrail.Cli.Drill;
using Guardrail.Cli.Output;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Tests.Drill;

public sealed class DrillReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private string folder = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("guardrail-drills-").FullName;
        Keep("2026-03-20T10:00:00Z", "march-checkout-outage", ["anna", "carla"], 100, 660);
        Keep("2026-10-01T10:00:00Z", "march-checkout-outage", ["anna", "ben"], 60, 175);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Text_shows_the_quarter_the_trend_and_who_is_overdue()
    {
        var (code, text, _) = Run(Wishes());
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.Ok));
            Assert.That(text, Does.StartWith("1 drill in the last 90 days. Overdue: carla.\n"));
            Assert.That(text, Does.Contain("2026-10-01  march-checkout-outage  1 min     1 min    2 min 55 s  0"));
            Assert.That(text, Does.Contain("and 1 before 2026-08-26\n"));
            Assert.That(text, Does.Contain("detected 40 s faster, decided 40 s faster, mitigated 8 min 5 s faster\n"));
            Assert.That(text, Does.Contain("carla  0       2026-03-20  overdue since 2026-06-18\n"));
        });
    }

    [TestCase(false, "", ExitCode.Ok)]
    [TestCase(true, "", ExitCode.Failed)]
    [TestCase(true, "anna,ben", ExitCode.Ok)]
    [TestCase(true, "anna,emil", ExitCode.Failed)]
    public void What_is_overdue_fails_only_where_that_is_asked_for(bool fails, string team, int code) =>
        Assert.That(Run(Wishes() with { FailOverdue = fails, Team = [.. team.Split(',', StringSplitOptions.RemoveEmptyEntries)] }).Code, Is.EqualTo(code));

    [Test]
    public void An_empty_folder_says_how_to_begin_and_is_overdue()
    {
        var (code, text, _) = Run(Wishes() with { Results = Path.Combine(folder, "none"), FailOverdue = true });
        Assert.That(code, Is.EqualTo(ExitCode.Failed));
        Assert.That(text, Is.EqualTo($"No drill has been held.\n{folder}/none holds none; hold one with guardrail drill start SCENARIO --participants NAMES.\n"));
    }

    [Test]
    public void Data_is_all_that_is_on_standard_output()
    {
        var page = Path.Combine(folder, "r.html");
        var (_, text, people) = Run(Wishes() with { Output = OutputFormat.Json, Page = page });
        var json = JsonNode.Parse(text)!;
        Assert.Multiple(() =>
        {
            Assert.That((bool)json["isOverdue"]!, Is.True);
            Assert.That((double)json["drills"]![1]!["mitigate"]!, Is.EqualTo(175));
            Assert.That((double)json["scenarios"]![0]!["change"]!["mitigate"]!, Is.EqualTo(-485));
            Assert.That(people, Is.EqualTo($"The report is in {page}: one page to be opened in a browser.\n"));
            Assert.That(File.ReadAllText(page), Does.Contain("Overdue: carla."));
        });
    }

    private DrillReportWishes Wishes() => new(folder, TimeSpan.FromDays(90), Now);

    private void Keep(string startedAt, string scenario, string[] people, double seconds, double mitigated) => DrillFile.Save(
        new()
        {
            StartedAt = DateTimeOffset.Parse(startedAt, System.Globalization.CultureInfo.InvariantCulture),
            Version = "0.1.0",
            Scenario = scenario,
            Source = scenario,
            Digest = new('a', 64),
            Seed = 1,
            Begins = TimeSpan.Zero,
            Length = TimeSpan.FromMinutes(30),
            Guardrail = DrillGuardrail.Off,
            Speed = 1,
            Participants = [.. people],
            Lead = people[0],
            Steps = [],
            EndedAt = TimeSpan.FromMinutes(30),
            Score = new()
            {
                Trouble = DrillTrouble.Rollout,
                HurtAt = TimeSpan.Zero,
                Detected = Point(seconds),
                Decided = Point(seconds),
                Mitigated = Point(mitigated),
                Requests = new(100, 10, 1, 50),
            },
        },
        folder);

    private static DrillMilestone Point(double seconds) => new(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds), "anna", "said");

    private static (int Code, string Text, string Error) Run(DrillReportWishes wishes)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = DrillReportRun.Run(wishes, new Screen { Out = text, Error = error, Unicode = true });
        return (code, text.ToString(), error.ToString());
    }
}
