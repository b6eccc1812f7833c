using Guardrail.Simulation.Traffic;

namespace Guardrail.Simulation.Drills;

/// <summary>A service as a dashboard sees it: the same whether it is played in virtual time or in a cluster.</summary>
internal interface IWatched
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Pods asked for; null while it is deleted.</summary>
    int? Wanted { get; }

    /// <summary>Revision that it is asked to run; empty while it is deleted.</summary>
    string Revision { get; }

    /// <summary>Whether its rollout is paused.</summary>
    bool IsHeld { get; }

    /// <summary>Its pods, those of the oldest revision first.</summary>
    IReadOnlyList<WatchedPod> Pods { get; }
}

/// <summary>A pod as a monitoring system reads it.</summary>
/// <param name="Uid">The cluster's uid of it.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="IsReady">Whether it is ready.</param>
/// <param name="Restarts">How often its container was started again.</param>
/// <param name="Requests">Requests by its counters.</param>
/// <param name="Errors">Of them, answered 5xx.</param>
/// <param name="Orders">Orders.</param>
/// <param name="Slower">Requests slower than each edge; empty when that is not measured.</param>
internal sealed record WatchedPod(string Uid, string Revision, bool IsReady, int Restarts, long Requests, long Errors, long Orders, long[] Slower)
{
    /// <summary>A pod with these counters.</summary>
    public static WatchedPod Of(string uid, string revision, bool isReady, int restarts, PodCounters counters)
    {
        var slower = new long[counters.Edges.Length];
        if (slower.Length > 0)
        {
            counters.SlowerThanEach(slower);
        }

        return new(uid, revision, isReady, restarts, counters.TotalRequests, counters.TotalErrors, counters.Orders, slower);
    }
}
