namespace Guardrail.Simulation.ApiServer;

/// <summary>The faults that tests inject. Thread safe.</summary>
public sealed class ApiFaults : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<Rule> rules = [];
    private CancellationTokenSource watches = new();

    /// <summary>Lets a fault happen to requests.</summary>
    /// <param name="matches">Which requests.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="times">To how many matching requests it happens; then it is gone.</param>
    /// <returns>Dispose to end it.</returns>
    public IDisposable Inject(Func<ApiCall, bool> matches, ApiFault fault, int times = int.MaxValue)
    {
        var rule = new Rule(this, matches, fault, times);
        lock (gate)
        {
            rules.Add(rule);
        }

        return rule;
    }

    /// <summary>Ends all faults.</summary>
    public void Clear()
    {
        lock (gate)
        {
            rules.Clear();
        }
    }

    /// <summary>Breaks every watch that is open now.</summary>
    public void DropWatches()
    {
        CancellationTokenSource broken;
        lock (gate)
        {
            broken = watches;
            watches = new CancellationTokenSource();
        }

        broken.Cancel();
        broken.Dispose();
    }

    /// <summary>Ends all faults.</summary>
    public void Dispose()
    {
        Clear();
        watches.Dispose();
    }

    /// <summary>Cancelled when watches that are open now shall break.</summary>
    internal CancellationToken WatchesDropped
    {
        get
        {
            lock (gate)
            {
                return watches.Token;
            }
        }
    }

    /// <summary>The faults of this call, each counted as used.</summary>
    internal IReadOnlyList<ApiFault> Take(ApiCall call)
    {
        lock (gate)
        {
            if (rules.Count == 0)
            {
                return [];
            }

            var hit = rules.Where(r => r.Matches(call)).ToArray();
            foreach (var rule in hit)
            {
                if (--rule.Left == 0)
                {
                    rules.Remove(rule);
                }
            }

            return [.. hit.Select(r => r.Fault)];
        }
    }

    private sealed class Rule(ApiFaults owner, Func<ApiCall, bool> matches, ApiFault fault, int times) : IDisposable
    {
        public Func<ApiCall, bool> Matches { get; } = matches;

        public ApiFault Fault { get; } = fault;

        public int Left { get; set; } = times;

        public void Dispose()
        {
            lock (owner.gate)
            {
                owner.rules.Remove(this);
            }
        }
    }
}
