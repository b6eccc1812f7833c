using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Drills;

namespace Guardrail.Simulation.Tests.Drills;

public sealed class DrillFileTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Path.Combine(Path.GetTempPath(), $"guardrail-drills-{Guid.NewGuid():N}");

    [TearDown]
    public void RemoveFolder()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void What_is_written_is_read_back()
    {
        var result = Drilled.Result("2026-11-24", "march-checkout-outage", "anna,ben") with { IsLive = true };
        var path = DrillFile.Save(result, folder);
        var read = DrillFile.Load(path);
        Assert.Multiple(() =>
        {
            Assert.That(Path.GetFileName(path), Is.EqualTo("2026-11-24-march-checkout-outage.yaml"));
            Assert.That(DrillWriter.Write(read), Is.EqualTo(DrillWriter.Write(result)));
            Assert.That(read.Steps, Is.EqualTo(result.Steps));
            Assert.That(read.StartedAt, Is.EqualTo(result.StartedAt));
            Assert.That(read.Score.Requests, Is.EqualTo(result.Score.Requests));
            Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1), "nothing half written is left");
        });
    }

    [Test]
    public void No_file_is_ever_written_over_however_many_are_written_at_once()
    {
        Parallel.For(0, 20, i => DrillFile.Save(Drilled.Result("2026-11-24", "quiet-release", $"p{i}"), folder));
        var read = DrillFolder.Load(folder);
        Assert.That(read.Select(r => r.Lead).Distinct().Count(), Is.EqualTo(20));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(20), "nothing else is left");
        Assert.That(File.Exists(Path.Combine(folder, "2026-11-24-quiet-release-20.yaml")), Is.True);
    }

    [TestCase("kind: DrillResult", "kind: Drill", "d.yaml(4,7): kind is \"Drill\", but must be DrillResult.")]
    [TestCase("lead: anna", "lead: carl", "lead is carl, who did not take part.")]
    [TestCase("by: anna\n  say", "by: carl\n  say", "steps[0].by is carl, who did not take part.")]
    [TestCase("say: 'see errors", "say: 'shout errors", "which is no command of a drill.")]
    [TestCase("seed: 7", "seed: -7", "seed is \"-7\", but must be a whole number.")]
    [TestCase("guardrail: Ask", "guardrail: Maybe", "guardrail is \"Maybe\", but must be one of Ask, On, Off")]
    [TestCase("startedAt: 2026-11-24T10:00:00Z", "startedAt: yesterday", "startedAt is \"yesterday\", but must be a moment in UTC")]
    [TestCase("lead: anna", "lead: anna\nnote: x", "note is not a field")]
    [TestCase("spoilt: 50", "spoilt: lots", "score.requests.spoilt is \"lots\", but must be a whole number")]
    public void A_file_that_was_changed_wrongly_is_told_with_its_line(string text, string by, string sentence)
    {
        var written = DrillWriter.Write(Drilled.Result("2026-11-24", "quiet-release", "anna,ben"));
        Assert.That(written, Does.Contain(text));
        Assert.That(
            () => DrillFile.Load(new StringReader(written.Replace(text, by, StringComparison.Ordinal)), "d.yaml"),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("d.yaml(").And.Message.Contain(sentence));
    }

    [Test]
    public void A_folder_without_drills_is_empty_and_one_with_another_file_names_it()
    {
        Assert.That(DrillFolder.Load(folder), Is.Empty);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "notes.yaml"), "just: notes\n");
        Assert.That(() => DrillFolder.Load(folder), Throws.TypeOf<ConfigurationException>().With.Message.Contain("notes.yaml(1,1): just is not a field"));
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_told_in_one_sentence() => Assert.That(
        () => DrillFile.Save(Drilled.Result("2026-11-24", "quiet-release", "anna"), "/dev/null/drills"),
        Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("The drill cannot be written to /dev/null/drills: "));
}
