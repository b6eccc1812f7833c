namespace Guardrail.Statistics;

/// <summary>An interval of numbers; an end may be infinite.</summary>
/// <param name="Lower">Lower end.</param>
/// <param name="Upper">Upper end, at least the lower one.</param>
public readonly record struct Interval(double Lower, double Upper)
{
    /// <summary>Whether it holds <paramref name="value"/>.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;
}
