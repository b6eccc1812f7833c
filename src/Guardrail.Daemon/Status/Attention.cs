using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>What a person should know first: what is wrong, and who must act.</summary>
internal static class Attention
{
    private const int MostRollouts = 20;

    /// <summary>One sentence over the whole page.</summary>
    public static string Headline(StatusView view)
    {
        if (view.Fleet is not { } fleet)
        {
            return view.Leadership switch
            {
                Leading.LeadershipState.StandingBy by => $"This replica stands by; {by.Leader} guards.",
                Leading.LeadershipState.Unknown unknown => $"It is not known who leads: {unknown.Problem}",
                Leading.LeadershipState.Lost lost => $"This replica lost the lead and ends: {lost.Reason}",
                _ => "The guard loop has not told anything yet.",
            };
        }

        var underWay = fleet.UnderWay.ToList();
        var persons = underWay.Where(r => r.Status.Phase is RolloutPhase.NeedsPerson).ToList();
        var back = underWay.Where(r => r.Status.Phase is RolloutPhase.RollingBack).ToList();
        return (persons, back, underWay) switch
        {
            ([var one], _, _) => $"{one.View.Id} needs a person.",
            ([_, ..], _, _) => $"{persons.Count} rollouts need a person.",
            (_, [var one], _) => $"{one.View.Id} is being rolled back.",
            (_, [_, ..], _) => $"{back.Count} rollouts are being rolled back.",
            (_, _, [var one]) => $"{one.View.Id} is being rolled out and watched.",
            (_, _, [_, ..]) => $"{underWay.Count} rollouts are under way and watched.",
            _ when fleet.Workloads.IsEmpty => (fleet.Policies, view.Unusable) switch
            {
                ([_, ..], _) => "Nothing is guarded: no workload fits a policy.",
                (_, [_, ..]) => "Nothing is guarded: no policy can be used.",
                _ => "Nothing is guarded: there is no policy.",
            },
            _ => $"Nothing is under way; {StatusParts.Count(fleet.Workloads.Length, "workload is", "workloads are")} guarded.",
        };
    }

    /// <summary>Everything that is wrong, the gravest first; empty when nothing is.</summary>
    public static Markup List(StatusView view)
    {
        var items = Parts(view).Concat(Fleet(view)).Where(item => !item.IsNothing).ToList();
        return items.Count == 0 ? Markup.Nothing : Markup.Of($"<ul class=\"alerts\">{items}</ul>\n");
    }

    private static IEnumerable<Markup> Parts(StatusView view)
    {
        if (view.StaleFor is { } age)
        {
            yield return Item(PageTone.Bad, "The guard loop does not answer.", $"What follows is {Words.Duration(age)} old.");
        }

        foreach (var part in view.Parts.Where(p => p.Problem is not null))
        {
            yield return Item(PageTone.Bad, Name(part.Name), part.Problem!);
        }

        if (view.Facts.Unrecorded is { } unrecorded)
        {
            yield return Item(PageTone.Doubtful, "Records", unrecorded);
        }
    }

    private static IEnumerable<Markup> Fleet(StatusView view)
    {
        if (view.Fleet is not { } fleet)
        {
            yield break;
        }

        foreach (var storm in fleet.Policies.Where(p => p.Storm is not null).Select(p => p.Storm!).Distinct())
        {
            yield return Item(PageTone.Bad, "Storm", $"Rollbacks are decided, but not carried out. {Capital(storm.Replace("storm: ", "", StringComparison.Ordinal))}");
        }

        var persons = fleet.UnderWay.Where(r => r.Status.Phase is RolloutPhase.NeedsPerson).ToLookup(r => r.Status.Phase is RolloutPhase.Contested);
        yield return Rollouts(PageTone.Bad, "Contested", [.. persons[true]]);
        yield return Rollouts(PageTone.Bad, "Person needed", [.. persons[false]]);
        yield return Rollouts(PageTone.Doubtful, "Blind", [.. fleet.UnderWay.Where(r => r.Status is { IsBlind: true })]);
        foreach (var freeze in fleet.Policies.Where(p => p.Freeze is not null).Select(p => p.Freeze!).Distinct())
        {
            yield return Item(PageTone.Doubtful, "Frozen", Capital(freeze));
        }

        foreach (var rollout in fleet.Ended.Where(r => r.Status.Cure is Cure.NotCured).Take(MostRollouts))
        {
            yield return Item(PageTone.Bad, "Not cured", Markup.Of(
                $"{StatusParts.Link(rollout.View.Id)} was rolled back, and errors or latency are not what they were before: the change was not the cause, or not the only one."));
        }
    }

    /// <summary>One with its reason; several by name, for the reasons stand with each further down.</summary>
    private static Markup Rollouts(PageTone tone, string name, List<RolloutPicture> rollouts)
    {
        if (rollouts is [])
        {
            return Markup.Nothing;
        }

        var links = Markup.Join(rollouts.Take(MostRollouts).Select(r => StatusParts.Link(r.View.Id)), ", ");
        var rest = rollouts.Count > MostRollouts ? $" and {rollouts.Count - MostRollouts} more" : "";
        return Item(tone, name, rollouts is [var one] ? Markup.Of($"{links}: {RecordFacts.Reason(one.Record)}") : Markup.Of($"{links}{rest}"));
    }

    private static Markup Item(PageTone tone, string name, string text) => Item(tone, name, Markup.Text(text));

    private static Markup Item(PageTone tone, string name, Markup text) => Markup.Of($"<li class=\"{StatusParts.Class(tone)}\"><b>{name}</b>{text}</li>\n");

    private static string Name(string part) => part switch
    {
        "kubernetes" => "Cluster",
        "metrics" => "Metrics",
        "records" => "Records",
        "policies" => "Policies",
        "leadership" => "Lease",
        _ => part,
    };

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
