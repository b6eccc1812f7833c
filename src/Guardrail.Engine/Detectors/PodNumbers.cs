using System.Collections.Immutable;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Detectors;

/// <summary>Numbers pods in order of appearance.</summary>
internal sealed class PodNumbers
{
    /// <summary>Most pods told apart; later ones share the last number.</summary>
    private const int Limit = 4096;

    private readonly Dictionary<PodId, int> numbers = [];

    public PodNumbers(ImmutableArray<PodId> pods)
    {
        foreach (var pod in pods)
        {
            _ = Of(pod);
        }
    }

    public int Count => numbers.Count;

    public int Of(PodId pod)
    {
        if (!numbers.TryGetValue(pod, out var number))
        {
            number = Math.Min(numbers.Count, Limit - 1);
            if (numbers.Count < Limit)
            {
                numbers.Add(pod, number);
            }
        }

        return number;
    }

    /// <summary>The first pod whose number is <paramref name="number"/> modulo <paramref name="groups"/>; null when there is none.</summary>
    public PodId? Find(int number, int groups)
    {
        foreach (var (pod, given) in numbers)
        {
            if (given % groups == number)
            {
                return pod;
            }
        }

        return null;
    }

    public ImmutableArray<PodId> Capture()
    {
        var names = new PodId[numbers.Count];
        foreach (var (pod, number) in numbers)
        {
            names[number] = pod;
        }

        return [.. names];
    }
}
