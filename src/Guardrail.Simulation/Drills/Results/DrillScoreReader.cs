using System.Collections.Immutable;
using Guardrail.Kubernetes.Policies;
using static Guardrail.Simulation.Drills.DrillResultReader;

namespace Guardrail.Simulation.Drills;

/// <summary>Reads the score in the file of a drill.</summary>
internal static class DrillScoreReader
{
    public static DrillScore Read(YamlPlace place)
    {
        var fields = new YamlFields(place, DrillForms.Score);
        var requests = new YamlFields(fields.Required("requests"), DrillForms.Requests);
        return new()
        {
            Trouble = fields.Required("trouble").Choice<DrillTrouble>(),
            HurtAt = Optional(fields, "hurtAt"),
            Detected = Milestone(fields["detected"]),
            Decided = Milestone(fields["decided"]),
            Mitigated = Milestone(fields["mitigated"]),
            Wrong = [.. fields.Required("wrong").Items().Select(Wrong)],
            Rollouts = [.. fields.Required("rollouts").Items().Select(Rollout)],
            Paged = [.. fields.Required("paged").Items().Select(p => p.Text())],
            Asked = (int)fields.Required("asked").Whole(0, DrillScript.MostLines),
            Requests = new(Count(requests, "all"), Count(requests, "spoilt"), Count(requests, "guardrailAlone"), Count(requests, "nobody")),
        };
    }

    private static DrillMilestone? Milestone(YamlPlace? place)
    {
        if (place is null)
        {
            return null;
        }

        var fields = new YamlFields(place, DrillForms.Milestone);
        return new(Time(fields.Required("at")), Time(fields.Required("took")), fields.Or("by", "", Words), fields.Or("what", "", Words));
    }

    private static WrongAction Wrong(YamlPlace place)
    {
        var fields = new YamlFields(place, DrillForms.Wrong);
        return new(Time(fields.Required("at")), fields.Required("by").Text(), fields.Required("what").Text(), fields.Required("why").Text());
    }

    private static DrilledRollout Rollout(YamlPlace place)
    {
        var fields = new YamlFields(place, DrillForms.Rollout);
        return new()
        {
            Service = fields.Required("service").Text(),
            From = fields.Required("from").Text(),
            To = fields.Required("to").Text(),
            IsHealthy = fields.Required("isHealthy").Flag(),
            BegunAt = Time(fields.Required("begunAt")),
            FirstBadAt = Optional(fields, "firstBadAt"),
            LastBadAt = Optional(fields, "lastBadAt"),
            EndedBy = Milestone(fields["ended"]),
            BadRequests = Count(fields, "badRequests"),
        };
    }

    /// <summary>A text that may be empty.</summary>
    private static string Words(YamlPlace place) => place.Node is YamlDotNet.RepresentationModel.YamlScalarNode { Value: "" } ? "" : place.Text();

    private static TimeSpan? Optional(YamlFields fields, string name) => fields[name] is { } place ? Time(place) : null;

    private static long Count(YamlFields fields, string name) => fields.Required(name).Whole(0, long.MaxValue);
}
