namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>A standalone canary analysis with Kayenta.</summary>
public sealed record KayentaOptions
{
    /// <summary>Minutes between judgements. Default 5; Spinnaker's own help asks for 30 or more.</summary>
    public int IntervalMinutes { get; init; } = 5;

    /// <summary>Minutes of data a judgement looks back (<c>lookbackMins</c>); 0 looks back to the start. Default 0.</summary>
    public int LookbackMinutes { get; init; }

    /// <summary>Minutes the analysis lasts; its last judgement must reach <see cref="Pass"/>. Default 30.</summary>
    public int LifetimeMinutes { get; init; } = 30;

    /// <summary>Score that the last judgement must reach. Default 75; Argo Rollouts' example asks for 90.</summary>
    public double Pass { get; init; } = 75;

    /// <summary>Score below which any judgement fails. Default 50; Argo Rollouts' example asks for 75.</summary>
    public double Marginal { get; init; } = 50;

    /// <summary>Seconds between the points of a series. Default 60.</summary>
    public double StepSeconds { get; init; } = 60;

    /// <summary>Smallest ratio of the means that counts as an increase (<c>allowedIncrease</c>). Default 1.</summary>
    public double AllowedIncrease { get; init; } = 1;
}
