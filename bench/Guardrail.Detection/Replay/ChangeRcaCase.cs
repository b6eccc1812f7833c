using System.Collections.Immutable;
using Guardrail.Detection.Guarding;
using Guardrail.Detection.Recorded.ChangeRca;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Detection.Replay;

/// <summary>One case: its rollouts and the calls between its services, replayed minute by minute. Looks at no label.</summary>
internal sealed class ChangeRcaCase
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(60);

    private static readonly EquatableList<SignalDefinition> Requests = [Signal("errors", SignalPresets.ErrorWeight)];

    private static readonly EquatableList<SignalDefinition> Calls = [Signal("calls", SignalPresets.ErrorWeight)];

    private readonly ImmutableArray<RecordedRollout> rollouts;
    private readonly List<RecordedService> services;
    private readonly List<RecordedCalls> calls;
    private readonly Stage stage;

    public ChangeRcaCase(ChangeRcaData data, ImmutableArray<RecordedRollout> rollouts)
    {
        this.rollouts = rollouts;
        var name = rollouts[0].Case;
        services = [.. rollouts.Select(rollout => new RecordedService(rollout, data.Pods.Where(row => row.Case == name && row.Service == rollout.Service)))];
        calls = [.. RecordedCalls.Of(data.Edges.Where(row => row.Case == name && row.Reporter == EdgeReporter.Source))];
        var ways = new CallWays(calls.Select(call => (call.Caller, call.Callee)));
        stage = new([
            .. services.Select(service => PolicyOf(service, ways)),
            GuardDefaults.Policy(Tick) with { Name = "calls", Namespace = GuardNamespaces.Calls, Signals = Calls },
        ]);
    }

    /// <summary>Replays the case.</summary>
    public IEnumerable<RolloutRow> Play()
    {
        foreach (var minute in Minutes())
        {
            foreach (var service in services)
            {
                if (service.ViewAt(minute, stage.Of(service.Id).RolledBackAt is not null) is { } view)
                {
                    stage.Show(view, minute);
                }
            }

            stage.Read(Requests, new(minute, [new SignalReport.Counters(Requests[0].Id, [], [.. services.SelectMany(service => service.ReadingsAt(minute))], [])]));
            foreach (var call in calls)
            {
                if (call.IsNew)
                {
                    stage.Show(call.View(), minute);
                }
            }

            stage.Read(Calls, new(minute, [new SignalReport.Counters(Calls[0].Id, [], [.. calls.SelectMany(call => call.ReadingsAt(minute))], [])]));
        }

        return services.Select(Row);
    }

    private static SignalDefinition.ErrorRate Signal(string id, double weight) =>
        new() { Id = new(id), Weight = weight, Metric = "recorded", OutcomeLabels = ["code"], StratumLabels = ["source"] };

    private static GuardPolicy PolicyOf(RecordedService service, CallWays ways) => GuardDefaults.Policy(Tick) with
    {
        Name = service.Id.Name,
        Selector = new() { Requirements = [new("app", LabelOperator.In, [service.Id.Name])] },
        Signals = Requests,
        Impact = [.. ways.Through(service.Id.Name).Select(way => new ImpactTarget(RecordedCalls.IdOf(way.Caller, way.Callee), Calls[0].Id))],
    };

    private IEnumerable<DateTimeOffset> Minutes()
    {
        var from = services.Select(service => service.From).Concat(calls.Select(call => call.From)).Min();
        var until = rollouts.Max(rollout => rollout.CaseEnd);
        for (var minute = RecordedMinute.Of(from) - Tick; minute <= until; minute += Tick)
        {
            yield return minute;
        }
    }

    private RolloutRow Row(RecordedService service)
    {
        var record = stage.Of(service.Id);
        var verdict = stage.Verdict(service.Id);
        var rollout = service.Rollout;
        return new(
            rollout.Case,
            rollout.Service,
            rollout.Truth.Bad,
            rollout.Truth.Bad ? service.ClassForScoring() : string.Empty,
            record.RolledBackAt is null ? verdict?.Name ?? "NoEvidence" : RolloutRow.RolledBack,
            Since(record.RolledBackAt),
            Since(record.HeldAt),
            Since(record.PagedAt),
            record.Reason ?? verdict?.Reason ?? "the rollout was not seen");

        double? Since(DateTimeOffset? at) => at is { } moment ? (moment - rollout.FirstReady).TotalSeconds : null;
    }
}

/// <summary>The recordings' minutes.</summary>
internal static class RecordedMinute
{
    /// <summary>The whole minute that a row belongs to: rows of one minute are some seconds apart.</summary>
    public static DateTimeOffset Of(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Round(at.ToUnixTimeSeconds() / 60.0, MidpointRounding.AwayFromZero) * 60);
}
