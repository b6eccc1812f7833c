using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Tells what a metric source would: the raw counters of every pod that could be scraped.</summary>
internal sealed class CounterReports
{
    private readonly ImmutableArray<PlayedService> services;
    private readonly ImmutableArray<double> edges;
    private readonly Observing observing;
    private readonly ImmutableArray<ScenarioEvent> losses;
    private readonly RandomSource random;
    private readonly HashSet<Guardrail.Engine.Workloads.PodId> missed = [];
    private readonly Dictionary<SignalDefinition, ImmutableArray<Outcome>> errorOutcomes = new(ReferenceEqualityComparer.Instance);

    public CounterReports(ImmutableArray<PlayedService> services, Scenario scenario, ImmutableArray<double> edges, ulong seed)
    {
        (this.services, this.edges, observing) = (services, edges, scenario.Observe);
        losses = [.. scenario.Events.Where(e => e is ScenarioEvent.MetricsLost or ScenarioEvent.ScrapeGaps)];
        random = new(seed, "scrapes");
    }

    /// <summary>Whether nothing can be read of a service now.</summary>
    public bool IsBlind(PlayedService service, TimeSpan now) =>
        losses.Any(e => e is ScenarioEvent.MetricsLost && e.IsOn(now) && (e.Service is null || e.Service == service.Service.Name));

    /// <summary>Draws which scrapes of this tick fail: a scrape that fails, fails for all signals.</summary>
    public void Scrape(TimeSpan now)
    {
        missed.Clear();
        foreach (var service in services)
        {
            var share = MissedShare(service, now);
            if (share > 0)
            {
                foreach (var pod in service.Deployment?.Pods ?? [])
                {
                    if (share >= 1 || random.NextDouble() < share)
                    {
                        missed.Add(pod.Id);
                    }
                }
            }
        }
    }

    public MetricReport Report(EquatableList<SignalDefinition> signals, TimeSpan now)
    {
        var reports = ImmutableArray.CreateBuilder<SignalReport>(signals.Count);
        foreach (var signal in signals)
        {
            reports.Add(losses.Any(e => e is ScenarioEvent.MetricsLost { Service: null } && e.IsOn(now))
                ? new SignalReport.NoEvidence(signal.Id, "the metrics system does not answer")
                : signal is SignalDefinition.Latency && edges.IsEmpty
                    ? new SignalReport.NoEvidence(signal.Id, "no service measures its latency")
                    : Read(signal, now));
        }

        return new(PlayTime.At(now), reports.MoveToImmutable());
    }

    private double MissedShare(PlayedService service, TimeSpan now)
    {
        var read = 1 - observing.Missed;
        foreach (var loss in losses)
        {
            if (loss.IsOn(now) && (loss.Service is null || loss.Service == service.Service.Name))
            {
                read *= loss is ScenarioEvent.ScrapeGaps gaps ? 1 - gaps.Share : 0;
            }
        }

        return 1 - read;
    }

    private SignalReport.Counters Read(SignalDefinition signal, TimeSpan now)
    {
        var readings = ImmutableArray.CreateBuilder<PodReading>();
        ImmutableArray<UnreadPod> unread = [];
        foreach (var service in services)
        {
            foreach (var pod in service.Deployment?.Pods ?? [])
            {
                // A container that waits to be started again serves no metrics; one that starts up does.
                if (missed.Count > 0 && missed.Contains(pod.Id))
                {
                    unread = unread.Add(new(pod.Id, "the scrape failed"));
                }
                else if (!pod.BacksOff && Events(signal, pod.Traffic.Counters) is { IsDefault: false } events)
                {
                    readings.Add(new(pod.Id, PlayTime.At(now), [new(string.Empty, pod.Traffic.Counters.TotalRequests, events)]));
                }
            }
        }

        return new(signal.Id, signal is SignalDefinition.Latency ? edges : [], readings.DrainToImmutable(), unread);
    }

    private ImmutableArray<long> Events(SignalDefinition signal, PodCounters counters)
    {
        switch (signal)
        {
            case SignalDefinition.ErrorRate errors:
                var sum = 0L;
                foreach (var outcome in ErrorOutcomes(errors))
                {
                    sum += counters.Requests(outcome);
                }

                return [sum];
            case SignalDefinition.Latency:
                if (counters.Edges.Length != edges.Length)
                {
                    return default;
                }

                var slower = new long[edges.Length];
                counters.SlowerThanEach(slower);
                return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(slower);
            default:
                return [counters.Orders];
        }
    }

    private ImmutableArray<Outcome> ErrorOutcomes(SignalDefinition.ErrorRate signal)
    {
        if (!errorOutcomes.TryGetValue(signal, out var outcomes))
        {
            var pattern = new Regex($"^(?:{signal.ErrorPattern})$", RegexOptions.NonBacktracking);
            outcomes = [.. Enum.GetValues<Outcome>().Where(o => pattern.IsMatch(o.StatusCode().ToString(CultureInfo.InvariantCulture)))];
            errorOutcomes[signal] = outcomes;
        }

        return outcomes;
    }
}
