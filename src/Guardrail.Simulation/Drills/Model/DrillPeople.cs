using System.Collections.Immutable;

namespace Guardrail.Simulation.Drills;

/// <summary>Names of people in drills.</summary>
public static class DrillPeople
{
    /// <summary>Most participants of one drill: 30.</summary>
    public const int Most = 30;

    private const int Longest = 40;

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Fault(string name) => name.Length is 0 or > Longest || !name.All(c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_')
        ? $"a name has 1 to {Longest} letters, digits, points, dashes or underscores"
        : null;

    /// <summary>Reads names between commas.</summary>
    /// <param name="text">The text.</param>
    /// <param name="names">The names.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Read(string text, out ImmutableArray<string> names)
    {
        names = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (names.IsEmpty || names.Length > Most)
        {
            return $"name 1 to {Most} people, with commas between them: anna,ben";
        }

        foreach (var name in names)
        {
            if (Fault(name) is { } fault)
            {
                return $"'{name}' is no name; {fault}";
            }

            if (names.Count(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) > 1)
            {
                return $"'{name}' is named twice";
            }
        }

        return null;
    }
}
