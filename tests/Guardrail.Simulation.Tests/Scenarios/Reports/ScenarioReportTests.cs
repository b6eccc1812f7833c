using System.Xml.Linq;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Reports;

namespace Guardrail.Simulation.Tests.Scenarios.Reports;

public sealed class ScenarioReportTests
{
    private const int MostBytes = 3_000_000;
    private static readonly ReportOptions Options = new("guardrail simulate 'a b' --seed 7 --report <out>.html", "0.1.0");

    [Test]
    public void The_page_is_well_formed_and_loads_nothing()
    {
        var page = ScenarioReport.Render(Sample.Result(["shop", "cart"], 60), Options);

        Assert.That(() => Parsed(page), Throws.Nothing);
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("http").And.Not.Contain("url(").And.Not.Contain("@import").And.Not.Contain(" src="));
        Assert.That(page, Does.Contain("prefers-color-scheme: dark").And.Contain("max-width: 600px"));
    }

    [Test]
    public void Everything_that_a_scenario_says_is_escaped()
    {
        var page = Parsed(ScenarioReport.Render(Sample.Result(["<i>shop</i>", "a&b"], 60), Options));

        Assert.That(page.Descendants().Select(e => e.Name.LocalName), Has.None.EqualTo("i").And.None.EqualTo("script"));
        Assert.That(page.Descendants("h1").Single().Value, Is.EqualTo("A <b>bold</b> release & its end"));
        Assert.That(page.Value, Does.Contain("Second <script>alert(1)</script>.").And.Contain("(0 %) <&>").And.Contain("<out>.html"));
    }

    [Test]
    public void The_numbers_on_the_page_are_those_of_the_runs()
    {
        var result = Sample.Result(["shop", "cart"], 60);
        var page = Parsed(ScenarioReport.Render(result, Options));

        // Six ticks from 65 s to 90 s with Guardrail, 48 from 65 s to 300 s without; eight requests each.
        Assert.That((result.Guarded.Truth.BadRequests, result.Unguarded!.Truth.BadRequests), Is.EqualTo((48, 384)));
        Assert.That(page.Descendants("p").First().Value, Is.EqualTo(
            "shop v2 is bad: taken back 25 s after its first bad request. 48 requests were spoilt, instead of 384 without Guardrail."));
        Assert.That(Rows(page, "Service"), Does.Contain("shop|6,000|48|384|0|0|48|384").And.Contain("all services|12,000|48|384|0|0|48|384"));
        Assert.That(Rows(page, "Until"), Has.Some.StartsWith("new, v2|240|48|20 %|").And.Some.StartsWith("old, v1|360|0|0 %|0 % to "));
        Assert.That(Rows(page, "#"), Does.Contain("3|0:01:30|shop|Guardrail takes it back: v2|errors: 40 of 200 requests of v2 (20 %), 0 of 400 of v1 (0 %) <&>"));
        Assert.That(Rows(page, "About"), Does.Contain("shop v2|RollBack within 60 s|RollBack after 25 s|✓ met"));
        Assert.That(page.Value, Does.Contain("Seed 7, Guardrail 0.1.0."));
    }

    [Test]
    public void Thresholds_and_the_ends_of_lines_are_named_in_the_pictures()
    {
        var page = Parsed(ScenarioReport.Render(Sample.Result(["shop", "cart"], 60), Options));
        var words = page.Descendants("text").Select(t => t.Value).ToList();

        Assert.That(words, Has.Some.EqualTo("taken back from 6.9 on").And.Some.EqualTo("held from 3 on"));
        Assert.That(words, Has.Some.EqualTo("all signals").And.Some.EqualTo("new, v2").And.Some.EqualTo("without: 384").And.Some.EqualTo("Guardrail: 48"));
    }

    [Test]
    public void A_long_table_of_what_happened_is_folded_and_a_short_one_is_not()
    {
        var result = Sample.Result(["shop"], 60);
        var many = result.Guarded with { Moments = [.. Enumerable.Range(1, 50).Select(i => new Moment(TimeSpan.FromSeconds(i), "shop", "v2 rolled out"))] };

        Assert.That(ScenarioReport.Render(result, Options), Does.Not.Contain("<details>"));
        Assert.That(Parsed(ScenarioReport.Render(result with { Guarded = many }, Options)).Descendants("details").Single().Element("summary")!.Value, Is.EqualTo("The table: 51 lines"));
    }

    [Test]
    public void Without_timelines_and_without_the_other_run_a_page_comes_of_what_there_is()
    {
        var result = Sample.Result(["shop"], 60);
        var bare = result with { Guarded = result.Guarded with { Services = [] }, Unguarded = null, Checks = [] };
        var page = Parsed(ScenarioReport.Render(bare, Options));

        Assert.That(page.Descendants("p").First().Value, Does.EndWith("48 requests were spoilt."));
        Assert.That(page.Value, Does.Contain("The scenario expects nothing").And.Not.Contain("other tools"));
    }

    [Test]
    public void Six_hours_of_ten_services_make_a_page_below_three_megabytes()
    {
        string[] services = [.. Enumerable.Range(0, 10).Select(i => $"service-{i}")];
        var result = Sample.Result(services, 6 * 3600 / Sample.TickSeconds);
        var watched = result.Guarded.Services[0].Ticks.Select(t => t.Evidence is { } e ? t with { Evidence = e with { To = "v2", Phase = "Comparing" } } : t);
        var all = result.Guarded with
        {
            Services = [.. services.Select(s => new ServiceTimeline(s, [.. watched]))],
            Rollouts = [.. services.Select(s => Sample.Rollout(s, back: null, bad: 8))],
        };
        var page = ScenarioReport.Render(result with { Guarded = all, Unguarded = all with { IsGuarded = false } }, Options);

        Assert.That(page, Has.Length.InRange(200_000, MostBytes));
    }

    [Test]
    public void A_play_of_the_library_gives_the_same_page_each_time()
    {
        var (first, second) = (Page(), Page());

        Assert.That(second, Is.EqualTo(first));

        static string Page() => ScenarioReport.Render(ScenarioPlayer.Play(ScenarioLibrary.Load("tail-latency")!, 3, new() { Timeline = true, Unguarded = true }), Options);
    }

    /// <summary>The page, with the blanks that bind a number to its unit as ordinary ones.</summary>
    private static XElement Parsed(string page) => XElement.Parse(page[(page.IndexOf('>', StringComparison.Ordinal) + 1)..].Replace("&#160;", " ", StringComparison.Ordinal));

    /// <summary>Rows of the first table whose first column begins so.</summary>
    private static List<string> Rows(XElement page, string column) =>
        [.. page.Descendants("table").First(t => t.Descendants("th").First().Value.StartsWith(column, StringComparison.Ordinal))
            .Descendants("tbody").Single().Elements("tr").Select(row => string.Join('|', row.Elements("td").Select(cell => cell.Value)))];
}
