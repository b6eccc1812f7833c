namespace Guardrail.Detection.Replay;

/// <summary>Which calls between services lead on to which service.</summary>
internal sealed class CallWays(IEnumerable<(string Caller, string Callee)> calls)
{
    private readonly List<(string Caller, string Callee)> all = [.. calls.Distinct()];

    /// <summary>Calls that break when a service does: those into it, and those into services that call it, directly or not.</summary>
    public IReadOnlyList<(string Caller, string Callee)> Through(string service)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { service };
        var ways = new List<(string Caller, string Callee)>();
        for (var before = -1; before != ways.Count;)
        {
            before = ways.Count;
            foreach (var call in all)
            {
                if (reached.Contains(call.Callee) && !ways.Contains(call))
                {
                    ways.Add(call);
                    reached.Add(call.Caller);
                }
            }
        }

        return ways;
    }
}
