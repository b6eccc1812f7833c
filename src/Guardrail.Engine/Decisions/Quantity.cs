using System.Globalization;

namespace Guardrail.Engine.Decisions;

/// <summary>A number and what is counted, for people: <c>1 error</c>, <c>1,388 requests</c>.</summary>
public static class Quantity
{
    /// <summary>The number and what is counted.</summary>
    /// <param name="count">The number.</param>
    /// <param name="many">What is counted, in the plural: <c>errors</c>, <c>answers slower than 0.5 s</c>, <c>restarts or losses of readiness</c>.</param>
    /// <param name="one">The same in the singular; null, the default, where it follows from the plural.</param>
    public static string Of(long count, string many, string? one = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one ?? Singular(many) : many)}");

    private static string Singular(string many)
    {
        var words = many.Split(' ');
        words[0] = OfWord(words[0]);
        if (words is [_, "or", _, ..])
        {
            words[2] = OfWord(words[2]);
        }

        return string.Join(' ', words);
    }

    private static string OfWord(string word) => word switch
    {
        "series" => word,
        "losses" => "loss",
        _ when word.EndsWith("ies", StringComparison.Ordinal) => word[..^3] + "y",
        _ when word.EndsWith('s') => word[..^1],
        _ => word,
    };
}
