namespace Guardrail.Metrics.Prometheus;

/// <summary>What a probe of the metrics system found. Closed.</summary>
public abstract record SourceProbe
{
    private SourceProbe(string sentence) => Sentence = sentence;

    /// <summary>The finding in one sentence for people.</summary>
    public string Sentence { get; }

    /// <summary>It answers queries.</summary>
    public sealed record Ready : SourceProbe
    {
        internal Ready(string sentence)
            : base(sentence)
        {
        }
    }

    /// <summary>It does not answer now but may later: not a reason to end at start, but to report not ready.</summary>
    public sealed record Unreachable : SourceProbe
    {
        internal Unreachable(string sentence)
            : base(sentence)
        {
        }
    }

    /// <summary>
    /// Something answers there that is no Prometheus, or refuses us: the configuration is wrong, and waiting will not help.
    /// </summary>
    public sealed record Wrong : SourceProbe
    {
        internal Wrong(string sentence)
            : base(sentence)
        {
        }
    }
}
