using Guardrail.Simulation.Peers;

namespace Guardrail.Detection.Peers.Sequential;

/// <summary>Which requests are bad.</summary>
/// <param name="Edge">Index of the histogram edge beyond which a request is bad; -1 for errors.</param>
public readonly record struct BadEvents(int Edge)
{
    /// <summary>Errors.</summary>
    public static BadEvents Errors { get; } = new(-1);

    /// <summary>Bad requests of an arm.</summary>
    public long Of(in ArmTick arm) => Edge < 0 ? arm.Errors : Edge < arm.Slower.Length ? arm.Slower[Edge] : 0;
}

/// <summary>Requests and bad requests of both arms since the start, as the tests on cumulative counts look at them.</summary>
/// <param name="bad">Which requests are bad.</param>
public sealed class EventCounts(BadEvents bad)
{
    /// <summary>Requests of the old revision.</summary>
    public long ControlRequests { get; private set; }

    /// <summary>Bad requests of the old revision.</summary>
    public long ControlBad { get; private set; }

    /// <summary>Requests of the new revision.</summary>
    public long CanaryRequests { get; private set; }

    /// <summary>Bad requests of the new revision.</summary>
    public long CanaryBad { get; private set; }

    /// <summary>Rate of bad requests in the new revision minus that in the old one; 0 while either has no requests.</summary>
    public double Difference => CanaryRequests == 0 || ControlRequests == 0
        ? 0
        : ((double)CanaryBad / CanaryRequests) - ((double)ControlBad / ControlRequests);

    /// <summary>Variance of <see cref="Difference"/> under equal rates; 0 while it cannot be estimated.</summary>
    public double PooledVariance
    {
        get
        {
            if (CanaryRequests == 0 || ControlRequests == 0)
            {
                return 0;
            }

            var pooled = (double)(CanaryBad + ControlBad) / (CanaryRequests + ControlRequests);
            return pooled * (1 - pooled) * ((1.0 / CanaryRequests) + (1.0 / ControlRequests));
        }
    }

    /// <summary>Adds a tick.</summary>
    public void Add(in PeerTick tick)
    {
        ControlRequests += tick.Control.Requests;
        ControlBad += bad.Of(tick.Control);
        CanaryRequests += tick.Canary.Requests;
        CanaryBad += bad.Of(tick.Canary);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => (ControlRequests, ControlBad, CanaryRequests, CanaryBad) = (0, 0, 0, 0);
}
