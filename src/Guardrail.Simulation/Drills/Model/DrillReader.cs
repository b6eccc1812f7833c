using System.Collections.Immutable;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Drills;

/// <summary>Reads what participants type.</summary>
/// <param name="scenario">What is drilled.</param>
/// <param name="participants">Who takes part.</param>
public sealed class DrillReader(Scenario scenario, ImmutableArray<string> participants)
{
    /// <summary>Most characters of a line: 500.</summary>
    public const int LongestLine = 500;

    private static readonly string[] Verbs = ["see", "hold", "rollback", "resume", "approve", "page", "ask", "who", "status", "help", "end"];
    private readonly string[] services = [.. scenario.Services.Select(s => s.Name).Order(StringComparer.Ordinal)];

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without a time.</param>
    public DrillLine Read(string line)
    {
        var text = line.Trim();
        if (text.Length == 0 || text[0] == '#')
        {
            return new DrillLine.Nothing();
        }

        if (text.Length > LongestLine || text.Any(char.IsControl))
        {
            return new DrillLine.Wrong($"a line has at most {LongestLine} characters, and none that steer the terminal");
        }

        var (first, rest) = Split(text);
        return first.EndsWith(':') ? BySpeaker(first[..^1], rest) : Read(null, first, rest);
    }

    /// <summary>A command as a drill's file keeps it; null when it is none.</summary>
    /// <param name="words">As <see cref="DrillCommand.Words"/> gives it.</param>
    internal static DrillCommand? Recorded(string words)
    {
        var (verb, rest) = Split(words);
        var (name, to) = Split(rest);
        return (verb, rest.Length > 0) switch
        {
            ("see", true) => new DrillCommand.See(rest),
            ("page", true) => new DrillCommand.Page(rest),
            ("hold", true) => new DrillCommand.Hold(rest),
            ("resume", true) => new DrillCommand.Resume(rest),
            ("rollback", true) => new DrillCommand.RollBack(name, to.Length > 0 ? to : null),
            ("approve", _) => new DrillCommand.Approve(rest.Length > 0 ? rest : null),
            ("ask", _) => new DrillCommand.Ask(rest.Length > 0 ? rest : null),
            _ => null,
        };
    }

    /// <summary>The participant of a name, in upper or lower case; null when there is none.</summary>
    private string? Participant(string name) => participants.FirstOrDefault(p => p.Equals(name, StringComparison.OrdinalIgnoreCase));

    private DrillLine BySpeaker(string name, string text)
    {
        var (first, rest) = Split(text);
        return Participant(name) is not { } who ? NoParticipant(name)
            : first.Length == 0 ? new DrillLine.Speaks(who)
            : Read(who, first, rest);
    }

    private DrillLine Read(string? by, string verb, string rest) => verb.ToLowerInvariant() switch
    {
        "see" => rest.Length > 0
            ? new DrillLine.Does(by, new DrillCommand.See(rest))
            : new DrillLine.Wrong("say what you see: a service, a symptom or both, such as see checkout answers with errors"),
        "hold" => OfService(by, rest, "hold", s => new DrillCommand.Hold(s)),
        "resume" => OfService(by, rest, "resume", s => new DrillCommand.Resume(s)),
        "rollback" => RollBack(by, rest),
        "approve" => rest.Length == 0 ? new DrillLine.Does(by, new DrillCommand.Approve(null)) : OfService(by, rest, "approve", s => new DrillCommand.Approve(s)),
        "ask" => rest.Length == 0 ? new DrillLine.Does(by, new DrillCommand.Ask(null)) : OfService(by, rest, "ask", s => new DrillCommand.Ask(s)),
        "page" => rest.Length > 0
            ? new DrillLine.Does(by, new DrillCommand.Page(rest))
            : new DrillLine.Wrong("say whom to page, such as page payments team"),
        "who" => Participant(rest) is { } who ? new DrillLine.Speaks(who) : NoParticipant(rest),
        "status" => new DrillLine.Status(),
        "help" or "?" => new DrillLine.Help(),
        "end" => new DrillLine.End(),
        _ => new DrillLine.Wrong($"there is no command '{verb}'; {Suggestion.For(verb, Verbs)}"),
    };

    private DrillLine OfService(string? by, string rest, string verb, Func<string, DrillCommand> make)
    {
        var (name, more) = Split(rest);
        return name.Length == 0 ? new DrillLine.Wrong($"{verb} which service? There are {string.Join(", ", services)}")
            : more.Length > 0 ? new DrillLine.Wrong($"{verb} takes one service, but there is more: '{more}'")
            : Service(name) is { } service ? new DrillLine.Does(by, make(service))
            : NoService(name);
    }

    private DrillLine RollBack(string? by, string rest)
    {
        var (name, to) = Split(rest);
        return name.Length == 0 ? new DrillLine.Wrong($"rollback which service? There are {string.Join(", ", services)}")
            : Service(name) is not { } service ? NoService(name)
            : to.Contains(' ', StringComparison.Ordinal) ? new DrillLine.Wrong($"rollback takes a service and at most a revision, but there is more: '{to}'")
            : new DrillLine.Does(by, new DrillCommand.RollBack(service, to.Length > 0 ? to : null));
    }

    private string? Service(string name) => services.FirstOrDefault(s => s.Equals(name, StringComparison.OrdinalIgnoreCase));

    private DrillLine.Wrong NoService(string name) => new($"there is no service '{name}'; {Suggestion.For(name, services)}");

    private DrillLine.Wrong NoParticipant(string name) => new($"there is no participant '{name}'; {Suggestion.For(name, participants.AsSpan())}");

    private static (string First, string Remainder) Split(string text)
    {
        var end = text.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? (text, "") : (text[..end], text[end..].Trim());
    }
}
