namespace Guardrail.Detection.Comparison;

/// <summary>Plays many cells over all cores. The numbers do not depend on how many there are.</summary>
internal static class Player
{
    /// <summary>Runs played by one thread before it looks for more work.</summary>
    private const int Portion = 20;

    /// <summary>Plays every cell.</summary>
    /// <param name="all">Where the results go.</param>
    /// <param name="options">Seed and degree.</param>
    /// <param name="played">Told after each portion how many runs it had; called from several threads.</param>
    /// <param name="cancellation">Ends the playing.</param>
    public static void Play(IReadOnlyList<CellRuns> all, CompareOptions options, Action<int> played, CancellationToken cancellation)
    {
        var portions = all.SelectMany(cell => Enumerable.Range(0, (cell.Guard.Count + Portion - 1) / Portion).Select(i => (Cell: cell, From: i * Portion)));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Degree, CancellationToken = cancellation };
        Parallel.ForEach(portions, parallel, portion =>
        {
            var trial = new Trial(portion.Cell.Plan);
            var until = Math.Min(portion.From + Portion, portion.Cell.Guard.Count);
            for (var run = portion.From; run < until; run++)
            {
                cancellation.ThrowIfCancellationRequested();
                trial.Play(options.Seed, run, portion.Cell);
            }

            played(until - portion.From);
        });
    }
}
