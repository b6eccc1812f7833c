using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>
/// When evidence without a second arm may count: not while the trouble has another cause, and only after it has stood for a moment, so that the same
/// trouble elsewhere has had the time to show (detection.md 1.8, 1.9).
/// </summary>
/// <param name="patience">How long evidence worth a hold must have stood.</param>
internal sealed class PatientEvidence(TimeSpan patience)
{
    /// <summary>How long a veto outlasts the other trouble.</summary>
    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(60);

    /// <summary>Whose trouble it is instead; null when nobody's.</summary>
    public WorkloadId? VetoedBy { get; private set; }

    /// <summary>Since when the evidence has been worth a hold; null when it is not.</summary>
    public DateTimeOffset? SuspiciousSince { get; private set; }

    private DateTimeOffset? vetoUntil;

    /// <summary>Whether the evidence counts.</summary>
    public bool IsRipe { get; private set; }

    /// <summary>Looks anew.</summary>
    /// <param name="logEvidence">The evidence.</param>
    /// <param name="elsewhere">Whose trouble explains it; null when nobody's does.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether a veto begins, so that what was gathered until now must be forgotten.</returns>
    public bool Look(double logEvidence, WorkloadId? elsewhere, DateTimeOffset now)
    {
        SuspiciousSince = logEvidence >= Statistics.Evidence.HoldThreshold ? SuspiciousSince ?? now : null;
        if (elsewhere is not null && SuspiciousSince is not null)
        {
            (VetoedBy, vetoUntil, SuspiciousSince, IsRipe) = (elsewhere, now + CoolDown, null, false);
            return true;
        }

        if (VetoedBy is not null && elsewhere is not null)
        {
            vetoUntil = now + CoolDown;
        }
        else if (now >= vetoUntil)
        {
            (VetoedBy, vetoUntil) = (null, null);
        }

        IsRipe = VetoedBy is null && now - SuspiciousSince >= patience;
        return false;
    }

    public DetectorState Capture(DetectorState state) =>
        state with { VetoedBy = VetoedBy, VetoUntil = vetoUntil, SuspiciousSince = SuspiciousSince, IsRipe = IsRipe };

    public void Restore(DetectorState state) =>
        (VetoedBy, vetoUntil, SuspiciousSince, IsRipe) = (state.VetoedBy, state.VetoUntil, state.SuspiciousSince, state.IsRipe);
}

/// <summary>A test against a forecast that can begin anew without ever gaining by it: what it had lost stays lost.</summary>
internal sealed class ForgetfulTest(ForecastOptions options)
{
    private ForecastTest test = new(options);
    private double lost;

    public double LogEvidence => lost + test.LogEvidence;

    public void Observe(long count, double forecast) => test.Observe(count, forecast);

    /// <summary>Forgets the evidence gathered; e-values below one are kept, so that forgetting buys nothing.</summary>
    public void Forget()
    {
        lost = Math.Min(0, LogEvidence);
        test = new(options);
    }

    public double[] Capture()
    {
        var values = new double[test.StateLength + 1];
        values[0] = lost;
        test.CopyStateTo(values.AsSpan(1));
        return values;
    }

    public void Restore(ReadOnlySpan<double> state)
    {
        lost = state[0];
        test.RestoreState(state[1..]);
    }
}
