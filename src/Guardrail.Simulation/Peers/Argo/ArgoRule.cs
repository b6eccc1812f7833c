using System.Collections.Immutable;

namespace Guardrail.Simulation.Peers.Argo;

/// <summary>
/// Argo Rollouts' analysis of a canary's success rate (argoproj/argo-rollouts 9f8d111, analysis/analysis.go and
/// utils/evaluate/evaluate.go). Failures count for ever and the run fails when they exceed failureLimit, so that a limit of 3 fails
/// at the 4th; a NaN fails a success condition; an empty result is an error, tried again after 10 s.
/// </summary>
/// <param name="options">The metric.</param>
public sealed class ArgoRule(ArgoOptions options) : PeerRule
{
    private const double ErrorRetrySeconds = 10;

    private static readonly ImmutableArray<double> Ladder =
        [0.9999, 0.9995, 0.999, 0.9985, 0.998, 0.997, 0.995, 0.993, 0.99, 0.985, 0.98, 0.97, 0.95, 0.93, 0.9, 0.85, 0.8, 0.7, 0.5, 0.2];

    private readonly SlidingCounts window = new(options.Window);
    private ArgoTally tally;
    private double next = options.InitialDelay;
    private ArmSample last;

    /// <inheritdoc/>
    public override string Name => options.Name;

    /// <summary>A failed rule, turned by the success rate it asks for.</summary>
    public static PeerFamily Family(ArgoOptions options) => new(
        options.Name,
        "successCondition: result[0] >=",
        options.SuccessAtLeast,
        Ladder,
        threshold => new ArgoRule(options with { SuccessAtLeast = threshold, Name = $"{options.Name} >= {threshold}" }));

    /// <summary>The rule on the share of requests with a good event, turned by the share of the usual rate it asks for.</summary>
    /// <param name="options">The metric.</param>
    /// <param name="usual">Good events per request of a healthy service.</param>
    public static PeerFamily BusinessFamily(ArgoOptions options, double usual) => new(
        options.Name,
        "successCondition, share of the usual",
        GoodEvents.Default,
        GoodEvents.Ladder,
        share => new ArgoRule(options with { SuccessAtLeast = share * usual, Name = $"{options.Name} >= {share} of the usual" }));

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        window.Add(tick.End, tick.Length, tick.Canary);
        if (tick.Canary.Pods > 0)
        {
            last = new(tick.Canary.Requests, tick.Canary.Errors, tick.End);
        }

        if (tick.End + 0.001 < next)
        {
            return PeerDecision.Undecided;
        }

        var phase = Measure(tick.End);
        tally.Count(phase);
        next = tick.End + (phase == ArgoPhase.Error ? ErrorRetrySeconds : options.Interval);
        return tally.Assess(options.FailureLimit, options.InconclusiveLimit, options.ConsecutiveErrorLimit) switch
        {
            ArgoPhase.Failed or ArgoPhase.Error => PeerDecision.RollBack,
            ArgoPhase.Inconclusive => PeerDecision.Pause,
            _ => PeerDecision.Undecided,
        };
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        window.Clear();
        (tally, next, last) = (default, options.InitialDelay, default);
    }

    private ArgoPhase Measure(double now)
    {
        if (window.Readings == 0)
        {
            // The query returns an empty vector, and result[0] of it cannot be evaluated.
            return ArgoPhase.Error;
        }

        var ratio = options.LastTwoSamples && last.At > now - options.Window ? last.SuccessRatio : window.SuccessRatio;
        return ArgoTally.Evaluate(ratio, options.SuccessAtLeast, options.FailureBelow);
    }

    private readonly record struct ArmSample(long Requests, long Errors, double At)
    {
        public double SuccessRatio => Requests == 0 ? double.NaN : (double)(Requests - Errors) / Requests;
    }
}
