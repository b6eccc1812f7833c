using System.Text.Json.Nodes;
using Guardrail.Cli.Output;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Cli.Policies;

/// <summary>What a check of policies found.</summary>
/// <param name="Policies">The valid policies.</param>
/// <param name="Look">What they would guard; null when no cluster was looked at.</param>
/// <param name="WhyNot">Why none was.</param>
internal sealed record PolicyReport(IReadOnlyList<ReadPolicy> Policies, ClusterLook? Look, string WhyNot)
{
    /// <summary>That no cluster was looked at, and why.</summary>
    public string NotLooked => $"No cluster was looked at ({WhyNot.TrimEnd('.')}), so it is not known what they would guard.";

    /// <summary>Writes it for people.</summary>
    public void Write(Screen screen)
    {
        foreach (var read in Policies)
        {
            var policy = read.Policy;
            TextLayout.Write(
                screen, screen.Paint("valid", Tone.Good) + "  ",
                $"{read} ({read.File}): {string.Join(", ", policy.Kinds)}{(policy.Selector.ToString() is { Length: > 0 } s ? $" with {s}" : "")}, autonomy {policy.Autonomy}", 7);
            foreach (var signal in policy.Signals)
            {
                TextLayout.Write(screen, "         ", $"{signal.Id}: {Needs(signal)}", 11);
            }
        }

        screen.Out.WriteLine();
        if (Look is null)
        {
            TextLayout.Write(screen, "", screen.Clean(NotLooked), 0);
            return;
        }

        if (Look.Workloads.IsEmpty)
        {
            TextLayout.Write(screen, "", $"On {Look.Server} they would guard nothing: no workload of these namespaces, kinds and labels is there.", 0);
        }
        else
        {
            WriteGuarded(Look, screen);
        }

        foreach (var read in Policies.Where(p => p.Policy.Autonomy > CeilingOf(p)))
        {
            Note(screen, $"{read} {AutonomyLimit.Of(read.Policy.Autonomy, CeilingOf(read)!.Value)}");
        }
    }

    private void WriteGuarded(ClusterLook look, Screen screen)
    {
        var table = new TextTable("WORKLOAD", "POLICY", "ROLLBACK", "PACED", "WHY");
        foreach (var workload in look.Workloads)
        {
            table.Add(
                ($"{workload.View.Id}", Tone.Plain),
                (workload.Policy.Name, Tone.Plain),
                (workload.Readiness.IsReady ? "ready" : workload.Readiness.Reason.ToString(), workload.Readiness.IsReady ? Tone.Good : Tone.Doubtful),
                (workload.IsPaced ? workload.Pacing : "no", Tone.Plain),
                (Why(workload), Tone.Plain));
        }

        table.Write(screen);
        var ready = look.Workloads.Count(w => w.Readiness.IsReady);
        screen.Out.WriteLine();
        screen.Out.WriteLine($"{look.Workloads.Length} would be guarded on {look.Server}; {ready} of them could be rolled back today.");
        foreach (var idle in Policies.Where(p => look.Workloads.All(w => w.Policy != p.Policy)))
        {
            Note(screen, $"{idle} guards nothing: no workload fits it, or an earlier policy guards it.");
        }
    }

    private static void Note(Screen screen, string text) => TextLayout.Write(screen, screen.Paint("note", Tone.Doubtful) + "  ", text, 6);

    /// <summary>The most that Guardrail may do for a policy; null when that is not known.</summary>
    private Autonomy? CeilingOf(ReadPolicy read) => Look is { } look && look.Ceilings.TryGetValue(read.Policy.Namespace, out var known) ? known : null;

    /// <summary>It for programs.</summary>
    public JsonObject Data() => new()
    {
        ["looked"] = Look is not null,
        ["server"] = Look?.Server.ToString(),
        ["note"] = Look is null ? NotLooked : null,
        ["policies"] = new JsonArray(
        [
            .. Policies.Select(p => new JsonObject
            {
                ["file"] = p.File,
                ["namespace"] = p.Policy.Namespace,
                ["name"] = p.Policy.Name,
                ["autonomy"] = p.Policy.Autonomy.ToString(),
                ["autonomyCeiling"] = CeilingOf(p)?.ToString(),
                ["signals"] = new JsonArray([.. p.Policy.Signals.Select(s => new JsonObject { ["name"] = s.Id.Name, ["needs"] = Needs(s) })]),
            }),
        ]),
        ["workloads"] = Look is null ? null : new JsonArray(
        [
            .. Look.Workloads.Select(w => new JsonObject
            {
                ["name"] = w.View.Id.ToString(),
                ["policy"] = w.Policy.Name,
                ["rollbackReady"] = w.Readiness.IsReady,
                ["reason"] = w.Readiness.Reason.ToString(),
                ["message"] = w.Readiness.Message,
                ["target"] = w.Readiness.Target?.Hash,
                ["paced"] = w.IsPaced,
                ["pacing"] = w.Pacing,
            }),
        ]),
    };

    private static string Why(GuardedNow workload) =>
        workload.IsPaced || !workload.Policy.Pacing.Enabled ? workload.Readiness.Message : $"{workload.Readiness.Message} Not paced: {workload.Pacing["no, ".Length..]}.";

    /// <summary>The series that a metric source must have for a signal.</summary>
    private static string Needs(SignalDefinition signal) => signal switch
    {
        SignalDefinition.ErrorRate errors =>
            $"the counter {errors.Metric} with one of the labels {string.Join(", ", errors.OutcomeLabels)} (an error is {errors.ErrorPattern}){By(errors)}",
        SignalDefinition.Latency latency => $"the histogram {latency.Metric} in seconds ({latency.Metric}_bucket with le, {latency.Metric}_count){By(latency)}",
        SignalDefinition.Business business => $"the counter {business.Metric}, and {business.Requests} for the requests{By(business)}",
        _ => signal.Id.Name,
    };

    private static string By(SignalDefinition signal) =>
        $", by the labels {string.Join(", ", (string[])[signal.NamespaceLabel, signal.PodLabel, .. signal.StratumLabels])}";
}
