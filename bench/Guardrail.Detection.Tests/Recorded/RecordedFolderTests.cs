using Guardrail.Detection.Recorded;
using Guardrail.Detection.Recorded.ChangeRca;

namespace Guardrail.Detection.Tests.Recorded;

public sealed class RecordedFolderTests
{
    private const string RolloutHeader = "case,service,bad,fault,release_ts,first_ready_ts,replicas,steps,case_end_ts,paper_detect_ts";
    private const string PodHeader = "case,service,version,pod,source,ts,success_pct,latency_ms";
    private const string EdgeHeader = "case,reporter,edge,ts,success_pct";

    private TemporaryFolder folder = null!;

    [SetUp]
    public void SetUp() => folder = new();

    [TearDown]
    public void TearDown() => folder.Dispose();

    [Test]
    public void Reads_rollouts_pods_and_edges()
    {
        folder.Write("changerca/rollouts.csv", RolloutHeader, "c1,cart,1,redis,100,160,3,160:2/1;900:0/3,1000,");
        folder.Write("changerca/pods.csv.gz", PodHeader, "c1,cart,v2,cart-v2-1,frontend,220,33.333,4.5", "c1,cart,v1,cart-v1-1,frontend,220,,");
        folder.Write("changerca/edges.csv", EdgeHeader, "c1,src,frontend_cart,221,91.91");

        var data = RecordedFolder.Read(folder.Path).ChangeRca!;

        Assert.That(data.Rollouts[0].Steps, Is.EqualTo(new[] { Step(160, 2, 1), Step(900, 0, 3) }));
        Assert.That(data.Rollouts[0].Truth, Is.EqualTo(new RolloutTruth(true, "redis", null)));
        Assert.That(data.Pods.Select(pod => (pod.IsCanary, pod.SuccessPercent, pod.LatencyMilliseconds)), Is.EqualTo(new (bool, double?, double?)[] { (true, 33.333, 4.5), (false, null, null) }));
        Assert.That(data.Edges[0], Is.EqualTo(new EdgeMinute("c1", EdgeReporter.Source, "frontend", "cart", DateTimeOffset.FromUnixTimeSeconds(221), 91.91)));

        static RolloutStep Step(long at, int old, int fresh) => new(DateTimeOffset.FromUnixTimeSeconds(at), old, fresh);
    }

    [TestCase("160:2/1;900:0", "steps: \"160:2/1;900:0\" is not a list of steps")]
    [TestCase("160:2/-1", "steps: \"160:2/-1\" is not a list of steps")]
    public void Damaged_steps_are_refused(string steps, string message)
    {
        folder.Write("changerca/rollouts.csv", RolloutHeader, $"c1,cart,1,redis,100,160,3,{steps},1000,");

        Assert.That(() => RecordedFolder.Read(folder.Path), Throws.TypeOf<RecordedDataException>().With.Message.Contains(message));
    }

    [TestCase("v3", "v1 or v2")]
    public void A_third_version_is_refused(string version, string message)
    {
        folder.Write("changerca/rollouts.csv", RolloutHeader);
        folder.Write("changerca/pods.csv", PodHeader, $"c1,cart,{version},p,frontend,220,100,4");
        folder.Write("changerca/edges.csv", EdgeHeader);

        Assert.That(() => RecordedFolder.Read(folder.Path), Throws.TypeOf<RecordedDataException>().With.Message.Contains(message));
    }

    [Test]
    public void A_missing_file_of_a_set_is_named()
    {
        folder.Write("changerca/rollouts.csv", RolloutHeader);

        Assert.That(() => RecordedFolder.Read(folder.Path), Throws.TypeOf<RecordedDataException>().With.Message.EndsWith("changerca lacks pods.csv (or pods.csv.gz)."));
    }

    [Test]
    public void A_folder_without_any_set_is_refused() =>
        Assert.That(
            () => RecordedFolder.Read(folder.Path),
            Throws.TypeOf<RecordedDataException>().With.Message.EndsWith("holds none of the folders changerca, petshop, nezha, delag, shapes."));

    [Test]
    public void Reads_whatever_sets_are_there()
    {
        folder.Write("delag/trainticket.csv.gz", "scenario,Latency,anomaly", "0,109,0", "0,211,1", "1,50,0");
        folder.Write("shapes/ms_unavail-09.csv", "\"TimeStamp\",\"Value\",\"Label\"", "\"2018-04-25T00:01:00Z\",\"3\",\"0\"", "\"2018-04-25T00:00:00Z\",\"0\",\"1\"");
        folder.Write("shapes/azure_x.csv", "TIMESTAMP,ContextTokens,GeneratedTokens", "2023-11-16 18:15:46.6805900,374,44");

        var data = RecordedFolder.Read(folder.Path);

        Assert.That((data.ChangeRca, data.Petshop, data.Nezha), Is.EqualTo(((object?)null, (object?)null, (object?)null)));
        Assert.That(data.Delag!.Scenarios.Select(scenario => (scenario.Name, scenario.Ordinary.Count, scenario.Regressed.Count)), Is.EqualTo(new[] { ("trainticket/0", 1, 1), ("trainticket/1", 1, 0) }));
        Assert.That(data.Shapes!.Minutes[0].Points.Select(point => point.Value), Is.EqualTo(new[] { 0.0, 3 }), "in the order of time");
        Assert.That(data.Shapes.Arrivals[0].Arrivals[0].Millisecond, Is.EqualTo(680));
    }

    [Test]
    public void More_errors_than_requests_are_refused()
    {
        folder.Write("petshop/low_noissue.csv", "ts,service,requests,errors,lat_average,lat_p50,lat_p90,lat_p95,lat_p99", "300,shop,10.0,11.0,1,1,1,1,");

        Assert.That(() => RecordedFolder.Read(folder.Path), Throws.TypeOf<RecordedDataException>().With.Message.Contains("\"11.0\" is not at most the 10 requests"));
    }

    [Test]
    public void Reads_requests_of_every_day_in_the_order_of_time()
    {
        folder.Write("nezha/faults.csv", "day,inject_time,pod,type", "2022-08-22,2022-08-22 03:53:54,frontend-1,return");
        folder.Write("nezha/front_service.csv", "day,time,success_pct,p50_s,p90_s,p95_s,p99_s", "2022-08-22,2022-08-22 03:51:19,100.0,0.24,1.1,1.8,");
        folder.Write("nezha/pods.csv", "day,time,pod,ops,srv_p90_ms,srv_p95_ms,srv_p99_ms", "2022-08-22,2022-08-22 03:51:19,ad-1,5.0,12,18,");
        folder.Write("nezha/ob_requests_2.csv", "start_ms,dur_us,file", "1661140339209,362453,03_53");
        folder.Write("nezha/ob_requests_1.csv", "start_ms,dur_us,file", "1661140339210,1000,03_53");

        var nezha = RecordedFolder.Read(folder.Path).Nezha!;

        Assert.That(nezha.Requests.Select(request => request.Seconds), Is.EqualTo(new[] { 0.362453, 0.001 }));
        Assert.That(nezha.Faults[0].At, Is.EqualTo(new DateTimeOffset(2022, 8, 22, 3, 53, 54, TimeSpan.Zero)));
    }

    [Test]
    [Category("Slow")]
    public void Reads_the_recordings_of_this_house()
    {
        var shared = Ancestors().Select(parent => Path.Combine(parent, "shared", "data")).FirstOrDefault(Directory.Exists);
        Assume.That(shared, Is.Not.Null, "the recordings are not beside this checkout");

        var data = RecordedFolder.Read(shared!);

        Assert.That(data.ChangeRca!.Rollouts.Count(rollout => rollout.Truth.Bad), Is.EqualTo(11));
        Assert.That(data.Petshop!.Labels, Has.Count.EqualTo(20));
        Assert.That(data.Delag!.Scenarios, Has.Count.EqualTo(280));
        Assert.That(data.Nezha!.Faults, Has.Count.EqualTo(24));
        Assert.That(data.Shapes!.Minutes, Has.Count.EqualTo(3));
    }

    private static IEnumerable<string> Ancestors()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            yield return at;
        }
    }
}
