using System.CommandLine;
using System.Text.Json;
using Guardrail.Detection.Verbs;

namespace Guardrail.Detection.Tests.Verbs;

public sealed class CompareVerbTests
{
    [Test]
    public void Help_names_every_option()
    {
        var (code, output, _) = Run("compare", "--help");

        Assert.That(code, Is.Zero);
        foreach (var option in new[] { "--quick", "--seed", "--healthy-runs", "--peer-runs", "--faulty-runs", "--cells", "--report", "--output" })
        {
            Assert.That(output, Does.Contain(option));
        }
    }

    [Test]
    public void Cells_are_chosen_by_any_of_several_texts()
    {
        var (code, output, error) = Run(
            "compare", "--cells", "clean 0.10 % at 10 rps; THREE ROUTES, DEP;single-route", "--healthy-runs", "2", "--peer-runs", "1", "--faulty-runs", "1", "--output", "json");

        Assert.That(code, Is.Zero, error);
        var root = JsonDocument.Parse(output).RootElement;
        Assert.That(
            root.GetProperty("healthy").EnumerateArray().Select(cell => cell.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "clean 0.10 % at 10 rps", "three routes, dependency outage 20 %" }));
        Assert.That(root.GetProperty("faulty").EnumerateArray().Single().GetProperty("name").GetString(), Does.StartWith("single-route"));
    }

    [Test]
    public void Cells_without_a_healthy_one_are_refused_with_the_way_out()
    {
        var (code, _, error) = Run("compare", "--cells", "single-route");

        Assert.That(code, Is.EqualTo(ExitCodes.BadData));
        Assert.That(error, Does.Contain("--cells 'single-route' names no healthy cell").And.Contain("'single-route;three routes'"));
    }

    [Test]
    public void Fewer_than_one_run_is_refused()
    {
        var (code, _, error) = Run("compare", "--healthy-runs", "0");

        Assert.That(code, Is.Not.Zero);
        Assert.That(error, Does.Contain("--healthy-runs is from 1 to 1,000,000."));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand { CompareVerb.Make() };
        var code = root.Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
