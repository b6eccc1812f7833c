namespace Guardrail.Simulation.Peers.Argo;

/// <summary>What a measurement, or a whole analysis, came to.</summary>
public enum ArgoPhase
{
    /// <summary>Not decided.</summary>
    Running,

    /// <summary>The condition held.</summary>
    Successful,

    /// <summary>The condition did not hold.</summary>
    Failed,

    /// <summary>Neither the success nor the failure condition held.</summary>
    Inconclusive,

    /// <summary>Nothing could be measured.</summary>
    Error,
}

/// <summary>The counters of an Argo Rollouts metric result, and their assessment.</summary>
public record struct ArgoTally
{
    /// <summary>Failed measurements so far; a success does not reset them.</summary>
    public int Failed { get; private set; }

    /// <summary>Inconclusive measurements so far.</summary>
    public int Inconclusive { get; private set; }

    /// <summary>Errors since the last measurement that was none.</summary>
    public int ConsecutiveErrors { get; private set; }

    /// <summary>
    /// The phase of one measurement. With a success condition alone whatever does not meet it failed, so NaN fails; with both
    /// conditions a value that meets neither is inconclusive.
    /// </summary>
    /// <param name="value">The measured value; may be NaN.</param>
    /// <param name="successAtLeast">The success condition, or NaN when there is none.</param>
    /// <param name="failureBelow">The failure condition, or NaN when there is none.</param>
    public static ArgoPhase Evaluate(double value, double successAtLeast, double failureBelow)
    {
        var (hasSuccess, hasFailure) = (!double.IsNaN(successAtLeast), !double.IsNaN(failureBelow));
        var success = hasSuccess ? value >= successAtLeast : !(hasFailure && value < failureBelow);
        var failure = hasFailure ? value < failureBelow : hasSuccess && !success;
        return failure ? ArgoPhase.Failed : success ? ArgoPhase.Successful : ArgoPhase.Inconclusive;
    }

    /// <summary>Counts a measurement.</summary>
    public void Count(ArgoPhase phase)
    {
        ConsecutiveErrors = phase == ArgoPhase.Error ? ConsecutiveErrors + 1 : 0;
        Failed += phase == ArgoPhase.Failed ? 1 : 0;
        Inconclusive += phase == ArgoPhase.Inconclusive ? 1 : 0;
    }

    /// <summary>The phase of the analysis: the last limit exceeded in the order failures, inconclusive, errors wins.</summary>
    /// <param name="failureLimit">Failures tolerated; below 0 means no limit.</param>
    /// <param name="inconclusiveLimit">Inconclusive measurements tolerated.</param>
    /// <param name="consecutiveErrorLimit">Errors in a row tolerated.</param>
    public readonly ArgoPhase Assess(int failureLimit, int inconclusiveLimit, int consecutiveErrorLimit)
    {
        var phase = failureLimit >= 0 && Failed > failureLimit ? ArgoPhase.Failed : ArgoPhase.Running;
        phase = Inconclusive > inconclusiveLimit ? ArgoPhase.Inconclusive : phase;
        return ConsecutiveErrors > consecutiveErrorLimit ? ArgoPhase.Error : phase;
    }
}
