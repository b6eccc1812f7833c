using System.Globalization;
using System.Text.Json;
using Guardrail.Engine.Guarding;

namespace Guardrail.Speed;

/// <summary>How much memory one guarded rollout takes, and how much it allocates a tick once it runs.</summary>
internal static class Footprint
{
    private const int Workloads = 100;
    private const int Ticks = 400;
    private const int Measured = 200;

    /// <summary>Measures and writes.</summary>
    public static void Write(TextWriter output)
    {
        var reports = SampleRollout.Reports(Ticks);
        var fleets = new Fleet[Workloads];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Workloads; i++)
        {
            fleets[i] = SampleRollout.Begin(reports);
            Observe(fleets[i], reports, SampleRollout.HistoryTicks, Ticks - Measured);
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Workloads;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Observe(fleets[0], reports, Ticks - Measured, Ticks);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var snapshot = JsonSerializer.SerializeToUtf8Bytes(SampleRollout.Find(fleets[0]).Capture()).Length;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"state of one guarded rollout in memory: {bytes:#,0} bytes (mean of {Workloads}, after a full collection)"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"its snapshot as JSON: {snapshot:#,0} bytes"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"allocated in {Measured} ticks of a running comparison: {allocated:#,0} bytes, {(double)allocated / Measured:0.0} a tick"));
        GC.KeepAlive(fleets);
    }

    private static void Observe(Fleet fleet, IReadOnlyList<Engine.Observations.MetricReport> reports, int from, int until)
    {
        for (var tick = from; tick < until; tick++)
        {
            fleet.Observe(SampleRollout.Scope, reports[tick]);
        }
    }
}
