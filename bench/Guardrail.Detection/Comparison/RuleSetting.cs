using Guardrail.Simulation.Peers;

namespace Guardrail.Detection.Comparison;

/// <summary>A rule at one setting of its knob.</summary>
/// <param name="Family">Name of the rule.</param>
/// <param name="Knob">What is turned.</param>
/// <param name="Value">To what.</param>
/// <param name="IsDefault">Whether the tool or its documentation sets it so.</param>
/// <param name="Index">Number of the family among those of the cell's kind.</param>
internal sealed record RuleSetting(string Family, string Knob, double Value, bool IsDefault, int Index)
{
    /// <summary>Every setting of every family: the default and the ladder.</summary>
    public static IReadOnlyList<RuleSetting> All(IReadOnlyList<PeerFamily> families) =>
        [.. families.SelectMany((family, index) => family.Ladder.Append(family.Default).Distinct()
            .Select(value => new RuleSetting(family.Name, family.Knob, value, value == family.Default, index)))];
}
