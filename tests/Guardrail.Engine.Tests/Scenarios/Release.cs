namespace Guardrail.Engine.Tests.Scenarios;

/// <summary>How the pods of one template behave.</summary>
internal sealed record Release(string Hash)
{
    public double ErrorRate { get; init; } = 0.001;

    /// <summary>Share of requests slower than each of <see cref="FakeCluster.Edges"/>.</summary>
    public double[] Slower { get; init; } = [0.4, 0.05, 0.005];

    public bool CrashLoops { get; init; }

    public bool NeverReady { get; init; }

    public static Release Good(string hash) => new(hash);

    public static Release Bad(string hash) => new(hash) { ErrorRate = 0.05 };
}

/// <summary>One pod with its raw counters.</summary>
internal sealed class FakePod(string name, Release release, DateTimeOffset createdAt)
{
    public string Name { get; } = name;

    public Release Release { get; } = release;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset? ReadySince { get; set; }

    public int Restarts { get; set; }

    public long Requests { get; set; }

    public long Errors { get; set; }

    public long[] Slower { get; } = new long[FakeCluster.Edges.Length];
}
