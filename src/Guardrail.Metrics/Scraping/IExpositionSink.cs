namespace Guardrail.Metrics.Scraping;

/// <summary>Takes the wanted series of a page.</summary>
internal interface IExpositionSink
{
    /// <summary>Takes a series.</summary>
    /// <param name="wanted">Index of the request it answers.</param>
    /// <param name="labels">Values of the requested labels, null where it lacks one; valid only during the call.</param>
    /// <param name="value">Its value.</param>
    void Series(int wanted, ReadOnlySpan<string?> labels, double value);

    /// <summary>Takes the declared type of a wanted series' family, such as <c>counter</c>.</summary>
    void Type(int wanted, string type);
}
