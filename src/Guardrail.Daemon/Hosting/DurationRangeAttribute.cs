using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Guardrail.Daemon.Hosting;

/// <summary>A duration within bounds. Unlike <see cref="RangeAttribute"/> it keeps its own message in validators made at build time.</summary>
/// <param name="least">Shortest duration, as <c>hh:mm:ss</c>.</param>
/// <param name="most">Longest duration.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute(string least, string most) : ValidationAttribute
{
    /// <summary>Shortest duration.</summary>
    public string Least => least;

    /// <summary>Longest duration.</summary>
    public string Most => most;

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is TimeSpan duration && duration >= Parse(least) && duration <= Parse(most);

    private static TimeSpan Parse(string text) => TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture);
}
