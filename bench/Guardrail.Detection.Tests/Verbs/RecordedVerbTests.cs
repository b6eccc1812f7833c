using System.CommandLine;
using System.Text.Json;
using Guardrail.Detection.Tests.Recorded;
using Guardrail.Detection.Verbs;

namespace Guardrail.Detection.Tests.Verbs;

public sealed class RecordedVerbTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void SetUp()
    {
        folder = new();
        folder.Write("delag/a.csv", "scenario,Latency,anomaly", "0,109,0", "0,211,1", "0,105,0");
    }

    [TearDown]
    public void TearDown() => folder.Dispose();

    [Test]
    public async Task Prints_a_table_for_people()
    {
        var (code, output, error) = await RunAsync("recorded", folder.Path);

        Assert.That((code, error), Is.EqualTo((ExitCodes.Success, string.Empty)));
        Assert.That(output, Does.Contain("delag").And.Contain("requests").And.Contain("3"));
    }

    [Test]
    public async Task Prints_nothing_but_json_when_asked_to()
    {
        var (code, output, _) = await RunAsync("recorded", folder.Path, "--output", "json");

        var root = JsonDocument.Parse(output).RootElement;
        Assert.That((code, root.GetProperty("sets")[0].GetProperty("set").GetString()), Is.EqualTo((ExitCodes.Success, "delag")));
        Assert.That(root.GetProperty("holds")[0].GetProperty("holds")[1].GetProperty("count").GetInt64(), Is.EqualTo(3));
        Assert.That(root.GetProperty("sets")[0].GetProperty("parts")[0].GetProperty("rows")[0].GetProperty("rollouts").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Bad_data_end_with_one_sentence_and_a_code_of_their_own()
    {
        folder.Write("delag/b.csv", "scenario,Latency", "0,109");

        var (code, output, error) = await RunAsync("recorded", folder.Path);

        Assert.That((code, output), Is.EqualTo((ExitCodes.BadData, string.Empty)));
        Assert.That(error.TrimEnd(), Does.EndWith("delag/b.csv, line 1: the column anomaly is missing; wanted are scenario,Latency,anomaly."));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand { RecordedVerb.Make() };
        var code = await root.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
