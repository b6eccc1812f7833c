namespace Guardrail.Kubernetes.Policies;

/// <summary>Guesses what was meant by a word that is not known.</summary>
internal static class Suggestion
{
    /// <summary>The end of an error message: the nearest known word, or all of them.</summary>
    public static string For(string word, ReadOnlySpan<string> known)
    {
        var (nearest, distance) = ("", int.MaxValue);
        foreach (var candidate in known)
        {
            var next = Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            (nearest, distance) = next < distance ? (candidate, next) : (nearest, distance);
        }

        return distance <= Math.Max(2, nearest.Length / 3)
            ? $"did you mean {nearest}?"
            : "known are " + string.Join(", ", known) + ".";
    }

    /// <summary>Fewest letters to insert, delete or replace.</summary>
    private static int Distance(string left, string right)
    {
        // A word from a file may be long; what is much longer than any field is no slip of the finger.
        if (left.Length > 64)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
