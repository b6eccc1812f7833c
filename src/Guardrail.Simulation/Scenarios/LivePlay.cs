using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios.Live;
using Guardrail.Simulation.Scenarios.Play;
using Guardrail.Simulation.Timing;

namespace Guardrail.Simulation.Scenarios;

/// <summary>
/// One play of a scenario in a cluster, before a daemon that somebody else runs: does what the scenario says when its time comes, and keeps what users got
/// and what the daemon decided, of which it has to be told.
/// </summary>
public sealed class LivePlay : IAsyncDisposable
{
    /// <summary>Distance between two looks at what the services do to each other.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>Rollouts that GitOps may add to those of the scenario before they are no longer told apart.</summary>
    private const int MoreRollouts = 16;

    private readonly Lock gate = new();
    private readonly Scenario scenario;
    private readonly LiveOptions options;
    private readonly ILiveCluster cluster;
    private readonly TimeProvider time;
    private readonly RolloutLedger ledger;
    private readonly PlayTraffic traffic;
    private readonly LiveScript script;
    private readonly ImmutableArray<LiveService> services;
    private readonly LiveNames names;
    private readonly LiveTicks ticks;
    private readonly HashSet<DecisionId> underWay = [];
    private IGuardrailSight? guardrail;
    private volatile Beginning? start;

    internal LivePlay(Scenario scenario, LiveOptions options, ILiveCluster cluster, TimeProvider time)
    {
        (this.scenario, this.options, this.cluster, this.time) = (scenario, options, cluster, time);
        var most = scenario.Rollouts.Length + MoreRollouts;
        services = [.. scenario.Services.Select(s => new LiveService(cluster, scenario, s, most))];
        var scrapes = new LiveScrapes(scenario, options.Seed, () => Now);
        foreach (var service in services)
        {
            service.StampKnownGood(time.GetUtcNow());
            service.Miss(() => scrapes.Misses(service.Service.Name));
        }

        ledger = new(most, options.Listener);
        traffic = new(ImmutableArray<ITrafficNode>.CastUp(services), scenario, ledger);
        script = new(scenario, services, cluster, ledger, () => Now);
        names = new(cluster);
        ticks = new(scenario.Observe.Interval);
    }

    /// <summary>The clock of the cluster, by which the daemon must be run.</summary>
    public TimeProvider Time => time;

    /// <summary>File of a kubeconfig by which the embedded cluster is found; null for none.</summary>
    public string? Kubeconfig => options.Kubeconfig;

    /// <summary>Share of the ticks at which the daemon read the pods; below 1 where the machine was too slow for the speed.</summary>
    public double ShareOfTicks => ticks.ShareUntil(scenario.Duration);

    /// <summary>Makes an embedded cluster; its services have been serving for long.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="options">How it is played.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ConfigurationException">The scenario cannot be played in an embedded cluster.</exception>
    public static async Task<LivePlay> StartAsync(Scenario scenario, LiveOptions options, CancellationToken cancellationToken)
    {
        var (cluster, time) = await EmbeddedLiveCluster.StartAsync(scenario, options, cancellationToken);
        if (options.Kubeconfig is { } path)
        {
            cluster.WriteKubeconfig(path);
        }

        return new(scenario, options, cluster, time);
    }

    /// <summary>The daemon decided something.</summary>
    /// <param name="decision">What.</param>
    public void Decided(Decision decision)
    {
        lock (gate)
        {
            if (guardrail is not null && start is not null)
            {
                ledger.Decided(names.Of(decision), null, guardrail, Since(decision.At));
                if (decision.Action is not null)
                {
                    underWay.Add(decision.Id);
                }
            }
        }
    }

    /// <summary>The daemon has carried out an action, or has not.</summary>
    /// <param name="decision">The decision that asked for it.</param>
    /// <param name="report">What came of it.</param>
    public void Acted(Decision decision, ActionReport report)
    {
        lock (gate)
        {
            ledger.Acted(decision.Id, report.Outcome);
            underWay.Remove(decision.Id);
        }
    }

    /// <summary>The daemon has read the pods. From its second tick on, time counts.</summary>
    /// <param name="fleet">What it knows; the same at each call.</param>
    /// <param name="report">What it read.</param>
    public void Observed(Fleet fleet, MetricReport report)
    {
        lock (gate)
        {
            guardrail ??= new FleetSight(fleet);
            if (start is not null)
            {
                ticks.Note(Since(report.At));
                options.Listener?.Ticked(Since(report.At), fleet);
            }
            else if (ticks.IsRegular(report.At))
            {
                // The scenario's ticks are the daemon's, as in virtual time.
                BeginAt(report.At);
            }
        }
    }

    /// <summary>Time counts from now on, by what Guardrail says wherever it runs.</summary>
    internal void Begin(IGuardrailSight sight)
    {
        lock (gate)
        {
            guardrail = sight;
            BeginAt(time.GetUtcNow());
        }
    }

    /// <summary>The services, in the order of the scenario.</summary>
    internal ImmutableArray<LiveService> Services => services;

    /// <summary>What a Guardrail elsewhere says of the services; nothing of one whose ticks are told.</summary>
    internal ImmutableArray<RolloutSight> Sights
    {
        get
        {
            lock (gate)
            {
                return guardrail is null or FleetSight ? [] : [.. services.Select(s => guardrail.Of(s.Id)).OfType<RolloutSight>()];
            }
        }
    }

    /// <summary>What people did so far.</summary>
    internal ImmutableArray<PlayedAct> Acts
    {
        get
        {
            lock (gate)
            {
                return ledger.Acts;
            }
        }
    }

    /// <summary>Whether something is to come by the scenario, or something bad runs.</summary>
    internal (bool IsToCome, bool IsBad) Outlook
    {
        get
        {
            lock (gate)
            {
                return (script.Next < scenario.Duration, services.Any(script.RunsBad));
            }
        }
    }

    /// <summary>Somebody does something, as soon as may be.</summary>
    internal void Add(PersonAct act)
    {
        lock (gate)
        {
            if (start is not null)
            {
                script.Do(act, Now);
            }
        }
    }

    /// <summary>A text of the daemon with revisions named as the scenario does.</summary>
    internal string Named(RolloutId rollout, string text)
    {
        lock (gate)
        {
            return names.Of(rollout, text);
        }
    }

    /// <summary>Waits until time counts.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">The daemon does not read the pods.</exception>
    public Task WhenBegunAsync(CancellationToken cancellationToken) => ticks.WhenBegunAsync(cancellationToken);

    /// <summary>Plays the scenario to its end.</summary>
    /// <param name="cancellationToken">Ends it before.</param>
    /// <exception cref="TimeoutException">The daemon does not read the pods.</exception>
    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await ticks.WhenBegunAsync(cancellationToken);
        for (var played = TimeSpan.Zero; played < scenario.Duration;)
        {
            var next = Earliest(Earliest(played + Step, script.Next), scenario.Duration);
            await Task.Delay(Longest(next - Now, TimeSpan.Zero), time, cancellationToken);
            lock (gate)
            {
                var now = Earliest(Now, scenario.Duration);
                script.DoUntil(now);
                traffic.Advance(played, now);
                played = now;
            }
        }

        await ticks.WhenReachedAsync(scenario.Duration, time, cancellationToken);
        await SettleAsync(cancellationToken);
    }

    /// <summary>What came of it. To be asked when the daemon has been stopped.</summary>
    public ScenarioResult Close()
    {
        lock (gate)
        {
            if (guardrail is not null)
            {
                ledger.End(guardrail, names.Of);
            }

            var run = new ScenarioRun
            {
                IsGuarded = true,
                LatencyEdges = scenario.Services.Select(s => s.Profile.Latency?.Edges ?? []).FirstOrDefault(e => !e.IsEmpty, []),
                Rollouts = ledger.Rollouts,
                Decisions = ledger.Decisions,
                Moments = ledger.Moments,
                Acts = ledger.Acts,
                HurtAt = ledger.HurtAt,
                Truth = traffic.Truth,
            };
            return new(scenario, options.Seed, run, null, ExpectationChecks.Of(scenario.Expect, scenario, run));
        }
    }

    /// <summary>Stops the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        script.Dispose();
        await cluster.DisposeAsync();
    }

    private void BeginAt(DateTimeOffset at)
    {
        start = new(at);
        cluster.BeginTraffic(at);
        ticks.Begin();
    }

    private TimeSpan Now => Since(time.GetUtcNow());

    private TimeSpan Since(DateTimeOffset moment) => start is { } begun ? moment - begun.At : TimeSpan.Zero;

    /// <summary>What was decided at the last tick is on its way to the cluster.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var limit = Now + (2 * scenario.Observe.Interval);
        while (Now < limit && IsActing())
        {
            await Task.Delay(Step / 2, time, cancellationToken);
        }
    }

    private bool IsActing()
    {
        lock (gate)
        {
            return underWay.Count > 0;
        }
    }

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>Read by the pods' threads too, so in one piece.</summary>
    private sealed record Beginning(DateTimeOffset At);
}
