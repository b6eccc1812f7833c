using Guardrail.Cli.Drill;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Drills;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Cli.Tests.Drill;

public sealed class DrillRunTests
{
    private const string Script = """
        # An ordinary night.
        +2m40s anna: see errors at frontend
        +3m ben: rollback session
        +3m10s rollback frontend
        +4m rollback pricing
        +4m30s rollback checkout
        """;

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("guardrail-drill-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_script_is_played_scored_kept_replayed_and_reported()
    {
        var (code, text, _) = await StartAsync(Wishes() with { Speed = 0, Length = TimeSpan.FromMinutes(6) }, Script);
        var path = Path.Combine(folder, "2026-11-24-march-checkout-outage.yaml");
        var score = DrillFile.Load(path).Score;
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.Ok));
            Assert.That(text, Does.Contain("+02:10   session: v2 rolled out by an agent\n").And.Contain("+03:00 ben: rollback session\n+03:00   session: rolled back to v1 by ben\n"));
            Assert.That(text.IndexOf("An agent's change", StringComparison.Ordinal), Is.GreaterThan(text.IndexOf("+04:30", StringComparison.Ordinal)), "the title tells what happens");
            Assert.That(text, Does.Contain("wrong actions: 1\n  +03:10 anna: rollback frontend: frontend v1 was well\n"));
            Assert.That(text, Does.EndWith($"The result is in {path}; guardrail drill report shows it beside the others.\n"));
            Assert.That(score.HurtAt, Is.EqualTo(TimeSpan.FromMilliseconds(140_161)));
            Assert.That(score.Detected!.Took, Is.EqualTo(TimeSpan.FromMilliseconds(19_839)));
            Assert.That(score.Decided!.Took, Is.EqualTo(TimeSpan.FromMilliseconds(39_839)));
            Assert.That(score.Mitigated!.Took, Is.EqualTo(TimeSpan.FromMilliseconds(149_839)));
            Assert.That(score.Rollouts.Select(r => $"{r.Service} {r.EndedBy!.By}"), Is.EqualTo(new[] { "session ben", "pricing anna", "checkout anna" }));
            Assert.That(score.Requests.GuardrailAlone, Is.InRange(100, score.Requests.Spoilt / 5));
            Assert.That(score.Requests.Nobody, Is.EqualTo(38_465));
            Assert.That(score.Requests.Spoilt, Is.EqualTo(11_275));
        });

        var (again, said) = On(screen => DrillReplayCommand.Run(path, screen));
        Assert.That(again, Is.EqualTo(ExitCode.Ok), said);
        Assert.That(said, Does.EndWith("The file says the same.\n"));

        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("spoilt: 11275", "spoilt: 11", StringComparison.Ordinal));
        Assert.That(On(screen => DrillReplayCommand.Run(path, screen)).Code, Is.EqualTo(ExitCode.Failed));
    }

    [Test]
    public async Task What_is_typed_takes_effect_at_the_time_at_which_it_was_typed()
    {
        var time = new FakeTimeProvider();
        var plan = Guardrail.Cli.Simulate.ScenarioSource.Load("quiet-release") is var scenario
            ? new DrillPlan { Scenario = scenario, Source = "quiet-release", Digest = "", Seed = 3, Participants = ["anna", "ben"], Lead = "anna", Begins = TimeSpan.FromMinutes(8), Length = TimeSpan.FromMinutes(6) }
            : throw new InvalidOperationException();
        var lines = System.Threading.Channels.Channel.CreateUnbounded<TypedLine>();
        void Type(double seconds, string? text) =>
            lines.Writer.TryWrite(new(text, time.GetTimestamp() + (long)(seconds * time.TimestampFrequency)));
        Type(12.5, "ben: hold checkout");
        Type(13, "hold chekout");
        Type(13.1, "who ben");
        Type(14.5, "resume checkout");
        Type(20, "end");
        using var text = new StringWriter { NewLine = "\n" };

        // Ten times as fast: a second of the clock is ten of the drill.
        var session = new DrillSession(plan);
        var room = new DrillRoom(plan, session, 10, time, lines.Reader, new PlainDrillView(new Screen { Out = text, Error = text }));
        var running = room.RunAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(5));
        var endedAt = await running;
        var held = (session.Steps, EndedAt: endedAt, Score: session.Finish());
        Assert.Multiple(() =>
        {
            Assert.That(held.Steps.Select(s => $"{s.At.TotalSeconds} {s.By} {s.Command.Words}"), Is.EqualTo(new[] { "125 ben hold checkout", "145 ben resume checkout" }));
            Assert.That(held.EndedAt, Is.EqualTo(TimeSpan.FromSeconds(200)));
            Assert.That(held.Score.Wrong.Select(w => w.What), Is.EqualTo(new[] { "hold checkout" }));
            Assert.That(text.ToString(), Does.Contain("there is no service 'chekout'; did you mean checkout?").And.Contain("You called it over."));
            Assert.That(DrillWriter.Write(DrillReplay.Play(plan, held.Steps, null, held.EndedAt).Score), Is.EqualTo(DrillWriter.Write(held.Score)), "a replay scores the same");
        });
    }

    [Test]
    public async Task Where_no_more_can_be_typed_the_drill_is_over()
    {
        var (code, text, _) = await StartAsync(Wishes() with { Scenario = "quiet-release", Speed = 1000 }, "+1m hold checkout\nstatus\n", TimeProvider.System);
        Assert.That(code, Is.EqualTo(ExitCode.Ok));
        Assert.That(text, Does.Contain("there is no command '+1m'").And.Contain("SERVICE   REQ/S  ERRORS").And.Contain("You called it over."));
        Assert.That(text, Does.Contain("There was nothing to find, and nobody touched what was well."));
    }

    [TestCase("nobody", "+1m see errors", "--lead nobody does not take part; name one of --participants anna,ben.")]
    [TestCase(null, "+1m hold chekout", "standard input(1): there is no service 'chekout'; did you mean checkout?")]
    [TestCase(null, "+31m hold checkout", "\"hold checkout\" comes at +31:00, but the drill ends at +30:00; see --for.")]
    public void Bad_input_is_told_in_one_sentence_before_anything_is_played(string? lead, string script, string sentence)
    {
        Assert.That(() => StartAsync(Wishes() with { Lead = lead, Speed = 0 }, script), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(sentence));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    [Test]
    public void A_scenario_or_script_that_is_not_there_is_told()
    {
        Assert.That(() => StartAsync(Wishes() with { Scenario = "quiet-relase" }, ""), Throws.TypeOf<ConfigurationException>()
            .With.Message.EqualTo("there is no scenario 'quiet-relase'; did you mean quiet-release?"));
        Assert.That(() => StartAsync(Wishes() with { Script = "none.txt" }, ""), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("--script none.txt cannot be read: "));
    }

    [TestCase("drill start quiet-release", "Option '--participants' is required")]
    [TestCase("drill start quiet-release -p anna,anna", "--participants: 'anna' is named twice")]
    [TestCase("drill start quiet-release -p anna --speed -1", "'-1' is no speed; --speed takes 0 (at once) or a number from 0.1 to 1000")]
    [TestCase("drill start quiet-release -p anna --guardrail maybe", "'maybe' is no value of --guardrail; choose Ask, On or Off")]
    [TestCase("drill start quiet-release -p anna --for 1s", "--for takes a duration from 2m to 24h")]
    [TestCase("drill report --every 90", "'90' is no number of days; --every takes 1d to 3660d, such as 90d")]
    [TestCase("drill report --on tomorrow", "'tomorrow' is no day; --on takes one such as 2026-12-31")]
    public void A_bad_option_is_told_in_one_sentence(string line, string sentence) =>
        Assert.That(InputErrors.Describe(CommandLine.Root.Parse(line.Split(' '))), Does.StartWith(sentence));

    private DrillWishes Wishes() => new("march-checkout-outage", ["anna", "ben"]) { Seed = 7, Results = folder, Guardrail = DrillGuardrail.Off };

    private static async Task<(int Code, string Text, string Error)> StartAsync(DrillWishes wishes, string typed, TimeProvider? time = null)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var screen = new Screen { Out = text, Error = error, In = new StringReader(typed), Unicode = true };
        var code = await DrillRun.RunAsync(wishes, screen, time ?? new FakeTimeProvider(new(2026, 11, 24, 20, 15, 0, TimeSpan.Zero)), CancellationToken.None);
        return (code, text.ToString(), error.ToString());
    }

    private static (int Code, string Text) On(Func<Screen, int> run)
    {
        using var text = new StringWriter { NewLine = "\n" };
        return (run(new Screen { Out = text, Error = text, Unicode = true }), text.ToString());
    }
}
