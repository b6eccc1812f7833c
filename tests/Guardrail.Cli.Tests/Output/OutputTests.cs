using System.Text.Json.Nodes;
using Guardrail.Cli.Output;
using Guardrail.Cli.Tests.OnCall;
using Guardrail.Engine.Evidence;
using Guardrail.Reporting;

namespace Guardrail.Cli.Tests.Output;

internal sealed class OutputTests
{
    [TestCase(42, "42s")]
    [TestCase(250, "4m10s")]
    [TestCase(2400, "40m")]
    [TestCase(11100, "3h5m")]
    [TestCase(187200, "2d4h")]
    [TestCase(-5, "0s")]
    public void A_stretch_of_time_is_short(int seconds, string text) => Assert.That(Words.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [TestCase(7, "about 7")]
    [TestCase(381, "about 390")]
    [TestCase(12345, "about 13,000")]
    public void What_is_needed_is_rounded_up_to_two_digits(double number, string text) => Assert.That(Words.About(number), Is.EqualTo(text));

    [Test]
    public void A_plot_is_as_wide_as_the_terminal_allows_and_reaches_its_top_only_at_the_highest_point()
    {
        EvidencePoint[] points = [.. Enumerable.Range(0, 128).Select(i => new EvidencePoint(Fixtures.Now.AddSeconds(i), i == 64 ? 12 : -1))];
        var lines = EvidencePlot.Draw(points, 3, 6.9, 60, unicode: true);
        Assert.That(lines, Is.All.Matches<string>(l => l!.Length <= 60));
        Assert.That(string.Concat(lines.Take(8)).Count(c => c is '█' or '▇' or '▆' or '▅' or '▄'), Is.GreaterThan(5), "one column");
        Assert.That(lines[^1].Trim(), Does.StartWith("03:00:00").And.EndWith("03:02:07"));
    }

    [Test]
    public void A_plot_without_unicode_is_ascii_and_one_of_a_single_point_is_drawn()
    {
        var lines = EvidencePlot.Draw([new(Fixtures.Now, double.PositiveInfinity), new(Fixtures.Now, 5)], 3, 6.9, 80, unicode: false);
        Assert.That(string.Concat(lines), Is.All.Matches<char>(char.IsAscii));
        Assert.That(string.Concat(lines), Does.Contain("#").And.Contain("-"));
    }

    [Test]
    public void Text_in_yaml_that_looks_like_something_else_stays_text()
    {
        var writer = new StringWriter();
        DataWriter.Write(writer, new JsonObject { ["a"] = "true", ["b"] = "0123", ["c"] = "x: [", ["d"] = 1.5, ["e"] = "null", ["f"] = null, ["g"] = "two\nlines" }, OutputFormat.Yaml);
        Assert.That(JsonNode.Parse(YamlAsJson.Convert(writer.ToString()))!.ToJsonString(),
            Is.EqualTo("""{"a":"true","b":"0123","c":"x: [","d":1.5,"e":"null","f":null,"g":"two\nlines"}"""));
    }

    [Test]
    public void Colours_do_not_move_columns()
    {
        var (plain, without) = Fixtures.Terminal();
        var (coloured, with) = Fixtures.Terminal(colour: true);
        foreach (var screen in new[] { plain, coloured })
        {
            var table = new TextTable("A", "B");
            table.Add(("x", Tone.Bad), ("y", Tone.Good));
            table.Add(("longer", Tone.Plain), ("z", Tone.Faint));
            table.Write(screen);
        }

        Assert.That(with.ToString(), Does.Contain("\u001b[31mx\u001b[0m"));
        Assert.That(System.Text.RegularExpressions.Regex.Replace(with.ToString(), "\u001b\\[[0-9]*m", ""), Is.EqualTo(without.ToString()));
    }
}
