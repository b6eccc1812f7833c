using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Drills;

/// <summary>Reads the file of a drill, strictly: an unknown field, a time out of range or a person who did not take part is an error.</summary>
internal static class DrillResultReader
{
    private const double MostSeconds = 31 * 86400;

    public static DrillResult Read(YamlPlace document)
    {
        var fields = new YamlFields(document, DrillForms.Result);
        Expect(fields.Required("apiVersion"), Scenario.ApiVersion);
        Expect(fields.Required("kind"), DrillResult.Kind);
        var scenario = new YamlFields(fields.Required("scenario"), DrillForms.Scenario);
        var people = fields.Required("participants");
        ImmutableArray<string> participants = [.. people.Items().Select(Person)];
        var lead = fields.Required("lead").Text();
        return new()
        {
            StartedAt = Moment(fields.Required("startedAt")),
            Version = fields.Required("version").Text(),
            Scenario = scenario.Required("name").Name(NamePatterns.DnsLabel(), "march-checkout-outage"),
            Source = scenario.Required("source").Text(),
            Digest = Digest(scenario.Required("sha256")),
            Seed = Seed(fields.Required("seed")),
            Begins = Time(fields.Required("begins")),
            Length = Time(fields.Required("length")),
            Guardrail = fields.Required("guardrail").Choice<DrillGuardrail>(),
            Speed = fields.Required("speed").Fraction(0, inclusive: true, 1e6),
            IsLive = fields.Or("live", false, YamlValues.Flag),
            Participants = participants.IsEmpty ? throw people.Error("is empty; somebody took part.") : participants,
            Lead = participants.Contains(lead) ? lead : throw fields.Required("lead").Error($"is {lead}, who did not take part."),
            EndedAt = Time(fields.Required("endedAt")),
            Steps = Steps(fields.Required("steps"), participants),
            Score = DrillScoreReader.Read(fields.Required("score")),
        };
    }

    public static TimeSpan Time(YamlPlace place) => TimeSpan.FromMilliseconds(Math.Round(place.Fraction(-MostSeconds, inclusive: true, MostSeconds) * 1000));

    public static string Person(YamlPlace place) => DrillPeople.Fault(place.Text()) is { } fault ? throw place.Error($"is \"{place.Text()}\"; {fault}.") : place.Text();

    /// <summary>Commands are read as they were typed; which services there are, only the scenario knows.</summary>
    private static ImmutableArray<DrillStep> Steps(YamlPlace place, ImmutableArray<string> participants)
    {
        var steps = ImmutableArray.CreateBuilder<DrillStep>();
        foreach (var item in place.Items())
        {
            var fields = new YamlFields(item, DrillForms.Step);
            var (at, by) = (Time(fields.Required("at")), fields.Required("by").Text());
            if (steps.Count > 0 && at < steps[^1].At)
            {
                throw fields.Required("at").Error("lies before that of the step above.");
            }

            var command = DrillReader.Recorded(fields.Required("say").Text())
                ?? throw fields.Required("say").Error($"is \"{fields.Required("say").Text()}\", which is no command of a drill.");
            steps.Add(new(at, participants.Contains(by) ? by : throw fields.Required("by").Error($"is {by}, who did not take part."), command));
        }

        return steps.ToImmutable();
    }

    private static DateTimeOffset Moment(YamlPlace place) =>
        DateTimeOffset.TryParseExact(place.Text(), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw place.Error($"is \"{place.Text()}\", but must be a moment in UTC such as 2026-11-24T20:15:00Z.");

    private static string Digest(YamlPlace place) => place.Text() is { Length: 64 } text && text.All(char.IsAsciiHexDigitLower)
        ? text
        : throw place.Error("must be 64 hexadecimal digits.");

    private static ulong Seed(YamlPlace place) => ulong.TryParse(place.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
        ? seed
        : throw place.Error($"is \"{place.Text()}\", but must be a whole number.");

    private static void Expect(YamlPlace place, string value)
    {
        if (place.Text() != value)
        {
            throw place.Error($"is \"{place.Text()}\", but must be {value}.");
        }
    }
}
