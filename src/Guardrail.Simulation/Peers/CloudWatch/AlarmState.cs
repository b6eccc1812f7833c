namespace Guardrail.Simulation.Peers.CloudWatch;

/// <summary>State of an M-of-N alarm.</summary>
public enum AlarmState
{
    /// <summary>Every datapoint is missing.</summary>
    InsufficientData,

    /// <summary>Within the threshold.</summary>
    Ok,

    /// <summary>Beyond it.</summary>
    Alarm,
}

/// <summary>
/// How an alarm's state follows from its datapoints (Amazon CloudWatch user guide, "Configuring how CloudWatch alarms treat missing
/// data"): the evaluation range is a little longer than N, so that missing datapoints can be replaced by real ones.
/// </summary>
public static class AlarmEvaluation
{
    /// <summary>Datapoints retrieved beyond N: the guide's examples retrieve 5 for N = 3.</summary>
    internal const int ExtraPeriods = 2;

    /// <summary>The state.</summary>
    /// <param name="datapoints">From oldest to newest: true breaches, false does not, null is missing.</param>
    /// <param name="periods">N.</param>
    /// <param name="needed">M, from 1 to N.</param>
    /// <param name="missing">What missing datapoints count as.</param>
    public static AlarmState Of(ReadOnlySpan<bool?> datapoints, int periods, int needed, MissingData missing)
    {
        var range = datapoints[Math.Max(0, datapoints.Length - periods - ExtraPeriods)..];
        var (real, breaching, oldestBreach, onlyBreaches) = (0, 0, 0, true);
        for (var i = range.Length - 1; i >= 0 && real < periods; i--)
        {
            if (range[i] is not { } breach)
            {
                continue;
            }

            real++;
            breaching += breach ? 1 : 0;
            onlyBreaches &= breach;
            oldestBreach = breach ? range.Length - i : oldestBreach;
        }

        if (missing == MissingData.Breaching)
        {
            // An alarm that has just begun has no range to be missing from yet.
            var filled = Math.Min(periods, range.Length) - real;
            return breaching + filled >= needed ? AlarmState.Alarm : AlarmState.Ok;
        }

        if (real == 0)
        {
            return AlarmState.InsufficientData;
        }

        var enough = breaching >= needed;
        var oldEnough = onlyBreaches && oldestBreach >= needed;
        return enough || oldEnough ? AlarmState.Alarm : AlarmState.Ok;
    }
}
