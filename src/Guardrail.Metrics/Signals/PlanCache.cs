using System.Collections.Concurrent;
using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Signals;

/// <summary>Keeps plans between ticks: compiling a pattern costs more than using it.</summary>
internal sealed class PlanCache
{
    private const int Capacity = 1024;
    private readonly ConcurrentDictionary<SignalDefinition, PlanOutcome> plans = new();

    public PlanOutcome Get(SignalDefinition signal)
    {
        if (plans.Count > Capacity)
        {
            plans.Clear();
        }

        return plans.GetOrAdd(signal, static definition => PlanOutcome.Of(definition));
    }
}

/// <summary>A plan, or why the definition cannot be used.</summary>
internal readonly record struct PlanOutcome(SignalPlan? Plan, string Problem)
{
    public static PlanOutcome Of(SignalDefinition signal)
    {
        try
        {
            return new PlanOutcome(SignalPlan.Of(signal), string.Empty);
        }
        catch (ArgumentException fault)
        {
            // The parameter's name that the base class appends is no news to people.
            return new PlanOutcome(null, fault.Message.Split(" (Parameter", 2)[0]);
        }
    }
}
