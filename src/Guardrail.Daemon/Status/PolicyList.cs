using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>Policies that do not do what is written in them: those that cannot be used, and, less loudly, those that a ceiling limits.</summary>
internal static class PolicyList
{
    /// <summary>Most rows.</summary>
    public const int Most = 50;

    private const int MostLimited = 20;

    private static readonly StatusTable.Column[] Columns = [new("Policy"), new("What is wrong with it", IsProse: true), new("Until it is corrected")];

    /// <summary>Both; nothing when there are none.</summary>
    public static Markup Of(StatusView view) => Markup.Of($"{Unusable(view)}{Limited(view)}");

    /// <summary>What guards under a policy: its autonomy, and what it asks for where that is more.</summary>
    public static string Autonomy(GuardPolicy policy) => policy.AskedAutonomy is { } asked ? $"{policy.Autonomy}, asks for {asked}" : $"{policy.Autonomy}";

    private static Markup Unusable(StatusView view)
    {
        if (view.Unusable is [])
        {
            return Markup.Nothing;
        }

        var rest = view.Unusable.Length - Most;
        var more = rest > 0 ? Markup.Of($"<p class=\"soft\">and {rest:N0} more; <code>guardrail status -A</code> tells all.</p>\n") : Markup.Nothing;
        return Markup.Of(
            $"""
            <h2>Policies that are not in force <small>{view.Unusable.Length:N0}</small></h2>
            {StatusTable.Of(Columns, view.Unusable.Take(Most).Select(Row))}{more}
            """);
    }

    private static Markup[] Row(PolicyStanding policy) =>
    [
        Markup.Of($"{policy.Newest.Namespace}/{policy.Newest.Name}"),
        Markup.Text(RecordLimits.Cut(policy.Newest.Problem ?? "")),
        policy.IsOutdated
            ? Markup.Of($"{StatusParts.Badge("outdated", PageTone.Doubtful)} its last valid version stays in force")
            : Markup.Of($"{StatusParts.Badge("not guarding", PageTone.Bad)} it guards nothing"),
    ];

    private static Markup Limited(StatusView view)
    {
        var limited = view.Fleet!.Policies.Select(p => p.Policy).Where(p => p.AskedAutonomy is not null).ToList();
        if (limited is not [var first, ..])
        {
            return Markup.Nothing;
        }

        // What is lowered is lowered to the ceiling, which is one for all.
        var named = string.Join(", ", limited.Take(MostLimited).Select(p => $"{p.Namespace}/{p.Name} ({p.AskedAutonomy})"));
        var rest = limited.Count > MostLimited ? $" and {limited.Count - MostLimited:N0} more" : "";
        return Markup.Of(
            $"<p class=\"soft\">Guardrail may do no more than {first.Autonomy} here ({AutonomyLimit.Setting}), which is less than is asked for by {named}{rest}.</p>\n");
    }
}
