namespace Guardrail.Statistics;

/// <summary>
/// Whether the canary answers slowly more often than the control: one <see cref="RateRatioTest"/> per latency edge on requests slower than
/// it, averaged (detection.md 1.5). The mean of e-processes is one under any dependence between edges, so edges cost no independence.
/// </summary>
/// <remarks>
/// Choose the edges before the first tick, those whose baseline exceedance is 0.05 % to 50 %; an edge outside costs its share of the mean.
/// Observing allocates nothing. Not safe for concurrent use.
/// </remarks>
public sealed class TailRatioTest
{
    private const int MostEdges = 512;
    private readonly RateRatioTest[] tests;
    private readonly double[] logEvidence;

    /// <summary>Makes a test that has seen nothing.</summary>
    /// <param name="edges">Number of latency edges, 1 to 512.</param>
    /// <param name="options">Of the test at every edge; usually <see cref="RateRatioOptions.Latency"/>.</param>
    public TailRatioTest(int edges, RateRatioOptions options)
    {
        Check.Within(edges, 1, MostEdges, nameof(edges));
        tests = new RateRatioTest[edges];
        for (var edge = 0; edge < edges; edge++)
        {
            tests[edge] = new RateRatioTest(options);
        }

        logEvidence = new double[edges];
    }

    /// <summary>Number of latency edges.</summary>
    public int Edges => tests.Length;

    /// <summary>Natural logarithm of the mean of the edges' e-values; 0 before the first counted tick.</summary>
    public double LogEvidence { get; private set; }

    /// <summary>Ticks that counted at the edge where most did.</summary>
    public long Ticks => tests.Max(test => test.Ticks);

    /// <summary>Numbers that hold the state.</summary>
    public int StateLength => tests.Length * tests[0].StateLength;

    /// <summary>Evidence at one edge, to say where it is slow; its own bound holds only if the edge was chosen beforehand.</summary>
    /// <param name="edge">Index of the edge, 0 to below <see cref="Edges"/>.</param>
    public double LogEvidenceAt(int edge) => tests[Check.Within(edge, 0, tests.Length - 1, nameof(edge))].LogEvidence;

    /// <summary>Takes one tick without strata into account.</summary>
    /// <param name="perEdge">One tally per edge: the arms' requests, and those slower than the edge.</param>
    public void Observe(ReadOnlySpan<TwoArmTally> perEdge) => Observe(perEdge, 1);

    /// <summary>Takes one tick of several strata into account.</summary>
    /// <param name="tallies">All edges of the first stratum, then all edges of the second, and so on.</param>
    /// <param name="strata">Number of strata, 0 or more.</param>
    public void Observe(ReadOnlySpan<TwoArmTally> tallies, int strata)
    {
        Check.Length(tallies.Length, checked(strata * tests.Length), nameof(tallies));
        for (var edge = 0; edge < tests.Length; edge++)
        {
            for (var stratum = 0; stratum < strata; stratum++)
            {
                tests[edge].Accumulate(in tallies[(stratum * tests.Length) + edge]);
            }

            tests[edge].EndTick();
        }

        Average();
    }

    /// <summary>Writes the state; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination)
    {
        Check.Length(destination.Length, StateLength, nameof(destination));
        for (var edge = 0; edge < tests.Length; edge++)
        {
            tests[edge].CopyStateTo(destination.Slice(edge * tests[edge].StateLength, tests[edge].StateLength));
        }
    }

    /// <summary>Continues from a state, bit for bit.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of this test.</exception>
    public void RestoreState(ReadOnlySpan<double> state)
    {
        Check.Length(state.Length, StateLength, nameof(state));
        for (var edge = 0; edge < tests.Length; edge++)
        {
            tests[edge].RestoreState(state.Slice(edge * tests[edge].StateLength, tests[edge].StateLength));
        }

        Average();
    }

    private void Average()
    {
        for (var edge = 0; edge < tests.Length; edge++)
        {
            logEvidence[edge] = tests[edge].LogEvidence;
        }

        LogEvidence = LogDomain.MeanExp(logEvidence);
    }
}
