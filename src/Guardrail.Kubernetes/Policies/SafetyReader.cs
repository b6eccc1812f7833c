using System.Globalization;
using Guardrail.Engine.Policies;

namespace Guardrail.Kubernetes.Policies;

/// <summary>Reads what holds for rollbacks as a whole: <c>spec.storm</c>, <c>spec.freeze</c> and <c>spec.contest</c>.</summary>
internal static class SafetyReader
{
    private const int MostRollbacks = 1000;

    public static StormLimit Storm(YamlPlace place)
    {
        var fields = new YamlFields(place, "rollbacks", "window");
        var limit = new StormLimit();
        return new()
        {
            Rollbacks = Rollbacks(fields, limit.Rollbacks),
            Window = fields.Or("window", limit.Window, window => window.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromHours(24))),
        };
    }

    public static FreezeLimit Freeze(YamlPlace place)
    {
        var fields = new YamlFields(place, "rollbacks", "window", "liftedAt");
        var limit = new FreezeLimit();
        return new()
        {
            Rollbacks = Rollbacks(fields, limit.Rollbacks),
            Window = fields.Or("window", limit.Window, window => window.Duration(TimeSpan.FromHours(1), TimeSpan.FromDays(30))),
            LiftedAt = fields.Or<DateTimeOffset?>("liftedAt", null, Moment),
        };
    }

    public static ContestRule Contest(YamlPlace place)
    {
        var fields = new YamlFields(place, "action", "argoCdNamespace");
        var rule = new ContestRule();
        return new()
        {
            Action = fields.Or("action", rule.Action, YamlValues.Choice<ContestAction>),
            ArgoCdNamespace = fields.Or("argoCdNamespace", rule.ArgoCdNamespace, ns => ns.Name(NamePatterns.DnsLabel(), "argocd")),
        };
    }

    private static int Rollbacks(YamlFields fields, int otherwise) =>
        fields.Or("rollbacks", otherwise, number => (int)number.Whole(1, MostRollbacks));

    /// <summary>A moment with its offset from UTC: without one it would depend on where it is read.</summary>
    private static DateTimeOffset? Moment(YamlPlace place)
    {
        string[] forms = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK"];
        var text = place.Text();
        return (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
            && DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? moment
            : throw place.Error($"is \"{text}\", but must be a moment such as 2026-03-05T12:00:00Z.");
    }
}
