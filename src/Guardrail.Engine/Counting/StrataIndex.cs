using System.Collections.Immutable;

namespace Guardrail.Engine.Counting;

/// <summary>Numbers the strata of a signal in order of appearance; past the limit they are left out of account.</summary>
internal sealed class StrataIndex
{
    /// <summary>Most strata told apart; a bound on the state that a careless label can make.</summary>
    public const int Limit = 256;

    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>Number of strata seen, at most <see cref="Limit"/>.</summary>
    public int Count { get; private set; }

    /// <summary>The number of <paramref name="stratum"/>; negative when it is one too many.</summary>
    public int IndexOf(string stratum)
    {
        if (!numbers.TryGetValue(stratum, out var number))
        {
            if (Count == Limit)
            {
                return -1;
            }

            number = Count++;
            numbers.Add(stratum, number);
        }

        return number;
    }

    public ImmutableArray<string> Capture()
    {
        var names = new string[Count];
        foreach (var (name, number) in numbers)
        {
            names[number] = name;
        }

        return [.. names];
    }

    public static StrataIndex Restore(ImmutableArray<string> names)
    {
        var index = new StrataIndex();
        foreach (var name in names)
        {
            _ = index.IndexOf(name);
        }

        return index;
    }
}
