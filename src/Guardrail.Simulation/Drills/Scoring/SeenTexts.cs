namespace Guardrail.Simulation.Drills;

/// <summary>Judges what participants say that they see, by the services and symptoms that they name.</summary>
internal static class SeenTexts
{
    /// <summary>Beginnings of words by which people name symptoms.</summary>
    private static readonly string[] Symptoms =
    [
        "error", "5xx", "500", "502", "503", "504", "fail", "broken", "breaks", "crash", "restart", "oom", "slow", "latenc", "p95", "p99", "timeout", "time-out",
        "late", "hang", "down", "outage", "spike", "drop", "lost", "losing", "missing", "vanish", "traffic", "order", "price", "session", "metric", "leak",
        "not-ready", "unready", "rollout", "release", "deploy",
    ];

    /// <summary>First words by which people say that they see nothing.</summary>
    private static readonly string[] Denials = ["no", "nothing", "none", "not", "neither"];

    /// <summary>Whether a text names what is wrong: one of the services that are hurt, or a symptom without a service.</summary>
    /// <param name="text">What was said.</param>
    /// <param name="all">Every service.</param>
    /// <param name="hurt">Those that are hurt.</param>
    public static bool Names(string text, IEnumerable<string> all, IReadOnlySet<string> hurt)
    {
        var words = text.Split([' ', ',', ';', ':', '.', '!', '?', '/', '(', ')', '"', '\'', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0 && Denials.Contains(words[0], StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        string[] named = [.. all.Where(s => words.Contains(s, StringComparer.OrdinalIgnoreCase))];
        return named.Length > 0
            ? named.Any(hurt.Contains)
            : words.Any(w => Symptoms.Any(s => w.StartsWith(s, StringComparison.OrdinalIgnoreCase)));
    }
}
