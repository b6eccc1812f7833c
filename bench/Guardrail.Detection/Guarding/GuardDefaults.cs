using Guardrail.Engine.Policies;

namespace Guardrail.Detection.Guarding;

/// <summary>The policy under which everything here is judged: the daemon's defaults, allowed to act.</summary>
public static class GuardDefaults
{
    /// <summary>Namespace of everything here.</summary>
    public const string Namespace = "bench";

    /// <summary>The defaults, with autonomy Enforce, which changes nothing in what is believed.</summary>
    /// <param name="tick">Distance between two reads of the counters, which the data fix; at most the policy's 60 s.</param>
    public static GuardPolicy Policy(TimeSpan tick) => new()
    {
        Name = "defaults",
        Namespace = Namespace,
        Autonomy = Autonomy.Enforce,
        Tick = tick < TimeSpan.FromSeconds(60) ? tick : TimeSpan.FromSeconds(60),
    };
}
