namespace Guardrail.Statistics.Tests;

/// <summary>
/// Ten pods of equal traffic, nine of them control; half an hour of history with all ten healthy teaches the dispersion, then the test runs
/// as detection.md section 2 configures D1.
/// </summary>
internal sealed class Rollout
{
    private const int Pods = 10;

    public required double RequestsPerSecond { get; init; }

    public double TickSeconds { get; init; } = 5;

    /// <summary>Errors per request of a healthy pod.</summary>
    public required double Healthy { get; init; }

    /// <summary>Errors per request of the canary; the healthy rate when null.</summary>
    public double? Canary { get; init; }

    public Func<Seeded, long> IncidentSize { get; init; } = _ => 1;

    public double MeanIncident { get; init; } = 1;

    public double Alpha { get; init; } = .001;

    public double SignalWeight { get; init; } = 1;

    /// <summary>The tick at which evidence reaches the threshold, 1 for the first; null when it does not within 30 minutes.</summary>
    public int? Run(ulong seed)
    {
        var random = new Seeded(seed);
        var ticks = (int)(1800 / TickSeconds);
        var estimator = new DispersionEstimator(Pods, new DispersionOptions { MemoryTicks = ticks });
        var tallies = new PodTally[Pods];
        for (var t = 0; t < ticks; t++)
        {
            for (var pod = 0; pod < Pods; pod++)
            {
                tallies[pod] = Tick(random, pod, Healthy);
            }

            estimator.Observe(tallies);
        }

        var test = new RateRatioTest(new RateRatioOptions
        {
            Dispersion = estimator.Dispersion,
            EvidenceCap = RateRatioOptions.EvidenceCapFor(Alpha, SignalWeight, .5),
            RestartHazard = TickSeconds / 600,
        });
        for (var t = 1; t <= ticks; t++)
        {
            var (total, events) = (0L, 0L);
            for (var pod = 1; pod < Pods; pod++)
            {
                var control = Tick(random, pod, Healthy);
                (total, events) = (total + control.Total, events + control.Events);
            }

            var canary = Tick(random, 0, Canary ?? Healthy);
            test.Observe(new TwoArmTally(total, canary.Total, events, canary.Events));
            if (test.LogEvidence >= Evidence.RollbackThreshold(Alpha * SignalWeight))
            {
                return t;
            }
        }

        return null;
    }

    private PodTally Tick(Seeded random, int slot, double rate)
    {
        var requests = RequestsPerSecond * TickSeconds / Pods;
        return new PodTally(slot, (long)Math.Round(requests), random.Incidents(requests * rate / MeanIncident, IncidentSize));
    }
}
