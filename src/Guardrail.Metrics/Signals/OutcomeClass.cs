using System.Text.RegularExpressions;
using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// Tells errors from successes by a signal's pattern; linear in the outcome's length, whatever the pattern. Without a time limit: a machine that was busy for
/// a moment would run over it, and the tick be lost.
/// </summary>
internal sealed class OutcomeClass
{
    private const int Remembered = 4096;
    private readonly Regex pattern;
    private readonly Lock gate = new();
    private readonly Dictionary<string, bool> known = new(StringComparer.Ordinal);

    public OutcomeClass(SignalDefinition.ErrorRate signal)
    {
        try
        {
            // Alone first: "5..)|(.." is no expression, though it would balance the anchors' parentheses.
            _ = new Regex(signal.ErrorPattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            pattern = new Regex($@"\A(?:{signal.ErrorPattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException(
                $"errorPattern '{signal.ErrorPattern}' of signal {signal.Id} cannot be used: {fault.Message} " +
                "Write a regular expression without lookaround and backreferences.",
                nameof(signal),
                fault);
        }
    }

    /// <summary>How long a match may take.</summary>
    internal TimeSpan Limit => pattern.MatchTimeout;

    public bool IsError(string outcome)
    {
        lock (gate)
        {
            if (!known.TryGetValue(outcome, out var error))
            {
                error = pattern.IsMatch(outcome);
                if (known.Count < Remembered)
                {
                    known[outcome] = error;
                }
            }

            return error;
        }
    }
}
