using System.Globalization;
using Guardrail.Detection.Recorded.ChangeRca;
using Guardrail.Detection.Replay;
using Guardrail.Detection.Tests.Recorded;

namespace Guardrail.Detection.Tests.Replay;

public sealed class ChangeRcaReplayTests
{
    private const long Begins = 1_695_397_140;
    private const long Ready = Begins + (20 * 60);
    private const long Ends = Ready + (20 * 60);

    private TemporaryFolder folder = null!;

    [SetUp]
    public void SetUp() => folder = new();

    [TearDown]
    public void TearDown() => folder.Dispose();

    [Test]
    public void A_canary_that_fails_half_of_its_calls_is_found_and_its_healthy_neighbour_left_alone()
    {
        Write(canarySuccess: "50.0");

        var rows = ChangeRcaReplay.Rows(ChangeRcaData.Read(folder.Path));

        Assert.That(rows.Select(row => (row.Service, row.Score, row.Class)), Is.EqualTo(new[] { ("adservice", "found", "plain"), ("cartservice", "left alone", string.Empty) }));
        Assert.That(rows[0].Seconds, Is.InRange(60, 600));
    }

    [Test]
    public void A_canary_that_never_reports_is_no_evidence()
    {
        Write(canarySuccess: null);

        var row = ChangeRcaReplay.Rows(ChangeRcaData.Read(folder.Path))[0];

        Assert.That((row.Verdict, row.Score, row.Class), Is.EqualTo(("NoEvidence", "blind", "silent")));
    }

    [Test]
    public void The_label_changes_the_score_and_nothing_else()
    {
        Write(canarySuccess: "50.0");
        var labelled = ChangeRcaReplay.Rows(ChangeRcaData.Read(folder.Path))[0];
        Write(canarySuccess: "50.0", bad: "0");

        var unlabelled = ChangeRcaReplay.Rows(ChangeRcaData.Read(folder.Path))[0];

        Assert.That((unlabelled.Verdict, unlabelled.Seconds, unlabelled.Reason), Is.EqualTo((labelled.Verdict, labelled.Seconds, labelled.Reason)));
        Assert.That((labelled.Score, unlabelled.Score), Is.EqualTo(("found", "false")));
    }

    [Test]
    public void Calls_lead_through_those_who_call()
    {
        var ways = new CallWays([("frontend", "checkout"), ("checkout", "currency"), ("frontend", "ads"), ("checkout", "email")]);

        Assert.That(ways.Through("currency"), Is.EquivalentTo(new[] { ("checkout", "currency"), ("frontend", "checkout") }));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Write(string? canarySuccess, string bad = "1")
    {
        var steps = Text($"{Ready}:2/1;{Ends - 60}:0/3");
        folder.Write(
            "rollouts.csv",
            "case,service,bad,fault,release_ts,first_ready_ts,replicas,steps,case_end_ts,paper_detect_ts",
            Text($"c_1,adservice,{bad},exception,{Ready - 60},{Ready},3,{steps},{Ends},"),
            Text($"c_1,cartservice,0,,{Ready - 60},{Ready},3,{steps},{Ends},"));
        List<string> pods = ["case,service,version,pod,source,ts,success_pct,latency_ms"];
        List<string> edges = ["case,reporter,edge,ts,success_pct"];
        for (var at = Begins; at <= Ends; at += 60)
        {
            foreach (var service in new[] { "adservice", "cartservice" })
            {
                pods.AddRange(Enumerable.Range(0, 2).Select(pod => Text($"c_1,{service},v1,{service}-v1-{pod},frontend,{at},100.0,5.0")));
                if (at > Ready && (service == "cartservice" || canarySuccess is not null))
                {
                    pods.Add(Text($"c_1,{service},v2,{service}-v2-0,frontend,{at},{(service == "cartservice" ? "100.0" : canarySuccess)},5.0"));
                }

                edges.Add(Text($"c_1,src,frontend_{service},{at + 1},100.0"));
            }
        }

        folder.Write("pods.csv", [.. pods]);
        folder.Write("edges.csv", [.. edges]);
    }
}
