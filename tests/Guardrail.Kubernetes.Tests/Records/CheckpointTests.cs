using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>A rollout that goes on from its record has the evidence that it would have had, to the last bit.</summary>
public sealed class CheckpointTests
{
    private static readonly GuardPolicy Policy = new() { Name = "shop", Namespace = "shop", Signals = [SignalPresets.Http[0]], Watch = WatchWeights.None };
    private readonly Dictionary<string, (long Total, long Errors)> counters = [];

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(19)]
    public void Evidence_goes_on_to_the_last_bit(int interruptedAfter)
    {
        var whole = Begin();
        for (var tick = 0; tick < interruptedAfter; tick++)
        {
            Turn(tick, whole);
        }

        var guarded = whole.Find(Sample.Checkout)!;
        var checkpoint = CheckpointCodec.Encode(guarded.Capture(), At(interruptedAfter - 1))!;
        var record = Sample.Blank() with { Status = new() { Checkpoint = checkpoint } };
        var read = JsonSerializer.Deserialize<GuardedRollout>(JsonSerializer.Serialize(record, RecordJson.Options), RecordJson.Options)!.Status!.Checkpoint!;
        var parted = new Fleet([Policy]);
        Assert.That(parted.Restore(CheckpointCodec.Decode(read), read.At));

        var evidence = new List<long>();
        for (var tick = interruptedAfter; tick < 40; tick++)
        {
            Turn(tick, whole, parted);
            evidence.Add(Bits(whole));
            Assert.That(Bits(parted), Is.EqualTo(Bits(whole)), $"tick {tick}");
        }

        Assert.That(evidence.Distinct().Count(), Is.GreaterThan(5), "there was evidence to compare");
    }

    [Test]
    public void What_is_read_again_from_before_the_checkpoint_counts_once()
    {
        var whole = Begin();
        var reports = new List<MetricReport>();
        for (var tick = 0; tick < 12; tick++)
        {
            reports.Add(Turn(tick, whole));
        }

        var parted = new Fleet([Policy]);
        parted.Restore(CheckpointCodec.Decode(CheckpointCodec.Encode(whole.Find(Sample.Checkout)!.Capture(), At(11))!), At(11));
        foreach (var again in reports)
        {
            parted.Observe(parted.Scopes()[0], again);
        }

        Turn(12, whole, parted);
        Assert.That(Bits(parted), Is.EqualTo(Bits(whole)));
    }

    [TestCase("other", "H4sIAAAA")]
    [TestCase(CheckpointCodec.Format, "no base64!")]
    [TestCase(CheckpointCodec.Format, "aGVsbG8=")]
    [TestCase(CheckpointCodec.Format, "H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==")]
    public void A_checkpoint_that_cannot_be_used_is_a_JsonException(string format, string data) => Assert.That(
        () => CheckpointCodec.Decode(new() { At = Sample.Now, Format = format, Data = data }), Throws.InstanceOf<JsonException>());

    private static long Bits(Fleet fleet) =>
        BitConverter.DoubleToInt64Bits(fleet.Find(Sample.Checkout)!.Describe().Rollout?.LogEvidence ?? double.NaN);

    private static DateTimeOffset At(int tick) => Sample.Now.AddSeconds(5 * tick);

    private static Fleet Begin()
    {
        var fleet = new Fleet([Policy]);
        fleet.Observe(new WorkloadChange.Changed(View("old", "a", "b")), Sample.Now.AddSeconds(-60));
        return fleet;
    }

    /// <summary>One tick of every fleet; from the fourth on there is a pod of the new revision, with more errors than the others.</summary>
    private MetricReport Turn(int tick, params Fleet[] fleets)
    {
        string[] pods = tick < 4 ? ["a", "b"] : ["a", "b", "c"];
        foreach (var pod in pods)
        {
            var (total, errors) = counters.GetValueOrDefault(pod);
            counters[pod] = (total + 90 + (tick % 5), errors + (pod == "c" ? 1 + (tick % 2) : tick % 4 == 0 ? 1 : 0));
        }

        var readings = pods.Select(p => new PodReading(
            new("shop", p), At(tick), [new CounterSeries("", counters[p].Total, [counters[p].Errors])])).ToImmutableArray();
        var report = new MetricReport(At(tick), [new SignalReport.Counters(new("errors"), [], readings, [])]);
        foreach (var fleet in fleets)
        {
            fleet.Observe(new WorkloadChange.Changed(View(tick < 4 ? "old" : "new", pods)), At(tick));
            fleet.Observe(fleet.Scopes()[0], report);
        }

        return report;
    }

    private static WorkloadView View(string current, params string[] pods) => new()
    {
        Id = Sample.Checkout,
        Uid = "u-1",
        Generation = 1,
        DesiredReplicas = 3,
        CurrentRevision = new(current),
        Revisions = current == "old" ? [Revision("old", 1, 3)] : [Revision("old", 1, 2), Revision("new", 2, 1)],
        Pods =
        [
            .. pods.Select(p => new PodView
            {
                Id = new("shop", p), Uid = p, Revision = new(p == "c" ? "new" : "old"), CreatedAt = Sample.Now.AddHours(-1), ReadySince = Sample.Now.AddHours(-1),
            }),
        ],
    };

    private static RevisionView Revision(string hash, long number, int replicas) => new() { Id = new(hash), Number = number, DesiredReplicas = replicas };
}
