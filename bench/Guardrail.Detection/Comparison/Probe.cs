using System.Diagnostics;
using Guardrail.Detection.Cells;
using Guardrail.Detection.Guarding;
using Guardrail.Simulation.Traffic.Randomness;
namespace Guardrail.Detection.Comparison;
internal static class Probe
{
    public static void Run(string[] args)
    {
        if (args[1] == "trace")
        {
            var c = CellCatalogue.Faulty.First(x => x.Name.Contains(args[3], StringComparison.Ordinal));
            var r = new CellRun(c); var gd = new CellGuard(r, c);
            r.Begin(new RandomSource(1, 5)); gd.Begin();
            while (r.Next() && !gd.IsDecided && r.Now < 80) { gd.Observe(); if (r.Now > -10) { Console.WriteLine($"{r.Now} fresh {Enumerable.Range(0, r.PodCount).Count(i => r[i].IsFresh)}/{r.PodCount} {gd.Trace()}"); } }
            return;
        }
        foreach (var cell0 in CellCatalogue.Healthy.Concat(CellCatalogue.Faulty))
        {
            if (args.Length > 3 && !cell0.Name.Contains(args[3], StringComparison.Ordinal)) { continue; }
            var cell = args[1] == "lat" ? cell0 with { Latency = cell0.Latency ?? new() } : cell0;
            var run = new CellRun(cell);
            var guard = new CellGuard(run, cell);
            var n = int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture);
            var w = Stopwatch.StartNew();
            for (var i = 0; i < n; i++) { run.Begin(new RandomSource(1, (ulong)i)); while (run.Next()) { } }
            var g = w.Elapsed.TotalMilliseconds / n; w.Restart();
            var delays = new List<double>(); var holds = 0; var pages = 0; var why = "";
            for (var i = 0; i < n; i++)
            {
                run.Begin(new RandomSource(1, (ulong)i)); guard.Begin();
                while (run.Next() && !guard.IsDecided) { guard.Observe(); }
                var o = guard.Outcome; delays.Add(o.RolledBackAt ?? double.PositiveInfinity); holds += o.HeldAt is null ? 0 : 1; pages += o.PagedAt is null ? 0 : 1; why = o.Reason;
            }
            delays.Sort();
            Console.WriteLine($"{cell.Name,-45} gen {g:0.00} all {w.Elapsed.TotalMilliseconds / n:0.00} ms back {delays.Count(double.IsFinite)}/{n} held {holds} paged {pages} p50 {delays[n / 2] - cell.Onset.TotalSeconds:0} {why[..Math.Min(70, why.Length)]}");
        }
    }
}
