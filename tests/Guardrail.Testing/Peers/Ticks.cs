using Guardrail.Simulation.Peers;

namespace Guardrail.Testing.Peers;

/// <summary>Feeds a rule with even ticks of five seconds.</summary>
public static class Ticks
{
    public const double Length = 5;

    /// <summary>Runs a rule and tells the second at which it decided, and what; null when it never did.</summary>
    public static (double At, PeerDecision Decision)? Run(IPeerRule rule, double seconds, Func<double, Arms> arms)
    {
        for (var end = Length; end <= seconds; end += Length)
        {
            var now = arms(end);
            var decision = rule.Observe(new(end, Length, Arm(now.Control), Arm(now.Canary), now.Edges));
            if (decision != PeerDecision.Undecided)
            {
                return (end, decision);
            }
        }

        return null;
    }

    /// <summary>Runs a rule in which only the canary's error share in each minute (0, 1, ...) matters.</summary>
    public static (double At, PeerDecision Decision)? RunMinutes(IPeerRule rule, double seconds, Func<int, double> canaryErrors, double controlErrors = 0) =>
        Run(rule, seconds, end => new(Counts(1000, controlErrors), Counts(1000, canaryErrors((int)((end - Length) / 60)))));

    public static Counts Counts(long requests, double errors, long[]? slower = null) => new(1, requests, (long)Math.Round(requests * errors), slower ?? []);

    private static ArmTick Arm(Counts counts) => new(counts.Pods, counts.Requests, counts.Errors, counts.Slower);
}

public sealed record Counts(int Pods, long Requests, long Errors, long[] Slower)
{
    public static Counts Unread { get; } = new(0, 0, 0, []);
}

public sealed record Arms(Counts Control, Counts Canary)
{
    public double[] Edges { get; init; } = [];
}
