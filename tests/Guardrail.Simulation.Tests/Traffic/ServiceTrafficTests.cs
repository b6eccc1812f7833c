using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Tests.Traffic;

public sealed class ServiceTrafficTests
{
    private static readonly ServiceProfile Calm = new()
    {
        Arrivals = new ArrivalModel { RequestsPerSecond = 200, DiurnalSwing = 0, NoiseSigma = 0, SplitConcentration = double.PositiveInfinity },
        Errors = new ErrorModel { BaseRate = 0.002, ClientErrorRate = 0, PodSpread = 0 },
    };

    [Test]
    public void Equal_seeds_give_equal_counters_and_another_seed_gives_others()
    {
        var profile = Calm with { Errors = new ErrorModel { Dispersion = 3, Bursts = new BurstModel { PerHour = 60 } } };
        var first = Fingerprint(profile, 1);
        Assert.That(Fingerprint(profile, 1), Is.EqualTo(first));
        Assert.That(Fingerprint(profile, 2), Is.Not.EqualTo(first));
    }

    [Test]
    public void Requests_and_errors_lie_within_their_bounds()
    {
        var service = Run(Calm, RevisionBehaviour.Healthy, 3, seconds: 3600);
        var requests = service.Pods.Sum(p => p.Counters.TotalRequests);
        var errors = service.Pods.Sum(p => p.Counters.TotalErrors);
        Assert.That(requests, Is.EqualTo(720_000).Within(6 * Math.Sqrt(720_000)));
        Assert.That(errors, Is.EqualTo(1440).Within(6 * Math.Sqrt(1440)));
        foreach (var pod in service.Pods)
        {
            Assert.That(pod.Counters.TotalRequests, Is.EqualTo(240_000).Within(6 * Math.Sqrt(240_000)));
        }
    }

    [Test]
    public void Counters_only_grow_and_the_histogram_always_agrees_with_the_requests()
    {
        var profile = Calm with
        {
            Routes = [new RouteProfile { Name = "/cart" }, new RouteProfile { Name = "/pay", Share = 0.2, LatencyFactor = 2 }],
        };
        var service = Start(profile, RevisionBehaviour.Of(new Fault.Timeouts(0.1, TimeSpan.FromSeconds(10))), 2);
        var before = new long[2];
        for (var second = 1; second <= 300; second++)
        {
            service.Advance(TimeSpan.FromSeconds(second));
            for (var pod = 0; pod < 2; pod++)
            {
                var counters = service.Pods[pod].Counters;
                Assert.That(counters.TotalRequests, Is.GreaterThanOrEqualTo(before[pod]));
                before[pod] = counters.TotalRequests;
                CheckHistogram(counters);
            }
        }
    }

    [Test]
    public void The_median_latency_is_the_one_of_the_model_once_pods_are_warm()
    {
        var profile = Calm with { Latency = new LatencyModel { MedianSeconds = 0.1, NoiseSigma = 0, WarmUpFactor = 1 } };
        var counters = Run(profile, RevisionBehaviour.Healthy, 1, seconds: 600).Pods[0].Counters;
        var requests = counters.TotalRequests;
        var tail = 0.001 * requests;
        // Edge 4 is 0.1 s, the median of all but the tail.
        Assert.That(counters.SlowerThan(4), Is.EqualTo(((requests - tail) / 2) + tail).Within(6 * Math.Sqrt(requests / 4.0)));
    }

    [Test]
    public void A_fresh_pod_is_slower_for_a_minute()
    {
        var profile = Calm with { Latency = new LatencyModel { NoiseSigma = 0 } };
        var service = Start(profile, RevisionBehaviour.Healthy, 1);
        service.Advance(TimeSpan.FromSeconds(5));
        var early = service.Pods[0].Counters.SlowerThan(5) / (double)service.Pods[0].Counters.TotalRequests;
        Advance(service, 5, 120);
        var atWarm = (service.Pods[0].Counters.SlowerThan(5), service.Pods[0].Counters.TotalRequests);
        Advance(service, 120, 300);
        var late = (service.Pods[0].Counters.SlowerThan(5) - atWarm.Item1) / (double)(service.Pods[0].Counters.TotalRequests - atWarm.TotalRequests);
        // P(L > 0.25 s): at factor 3 the median is 0.24 s, 48 %; warm, ln(0.25/0.08)/0.7 = 1.63, 5.2 %.
        Assert.That(early, Is.EqualTo(0.477).Within(0.1));
        Assert.That(late, Is.EqualTo(0.0527).Within(0.01));
    }

    [Test]
    public void A_fault_is_blamed_only_for_what_it_spoils()
    {
        var behaviour = new RevisionBehaviour
        {
            Faults = [new ScheduledFault(new Fault.ErrorRate(0.2)) { Onset = TimeSpan.FromSeconds(60) }],
        };
        var service = Run(Calm, behaviour, 1, seconds: 120);
        var truth = service.Pods[0].Truth;
        Assert.That(truth.FaultErrors, Is.EqualTo(12_000 * 0.2 * 0.998).Within(6 * Math.Sqrt(2400)));
        Assert.That(truth.BackgroundErrors, Is.EqualTo(48).Within(6 * Math.Sqrt(48)));
        Assert.That(truth.FaultErrors + truth.BackgroundErrors, Is.EqualTo(service.Pods[0].Counters.TotalErrors));
        Assert.That(truth.FirstBad, Is.InRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(62)));
    }

    [Test]
    public void Only_the_first_pods_suffer_when_the_fault_is_theirs()
    {
        var behaviour = new RevisionBehaviour
        {
            Faults = [new ScheduledFault(new Fault.ErrorRate(0.5)) { Scope = new FaultScope.FirstPods(1) }],
        };
        var service = Run(Calm, behaviour, 3, seconds: 60);
        Assert.That(service.Pods[0].Truth.FaultErrors, Is.GreaterThan(1000));
        Assert.That(service.Pods[1].Truth.FaultErrors + service.Pods[2].Truth.FaultErrors, Is.Zero);
    }

    [Test]
    public void A_shared_fault_hits_everybody_and_is_nobodys_fault()
    {
        var profile = Calm with { SharedFaults = [new ScheduledFault(new Fault.DependencyOutage(0.5, 2))] };
        var service = Run(profile, RevisionBehaviour.Healthy, 2, seconds: 60);
        Assert.That(service.Pods.Select(p => p.Truth.BackgroundErrors), Is.All.GreaterThan(2500));
        Assert.That(service.Pods.Select(p => p.Truth.BadRequests), Is.All.Zero);
        Assert.That(service.Pods[0].Counters.Requests(0, Outcome.Unavailable), Is.GreaterThan(2500));
    }

    [Test]
    public void Orders_drop_while_every_request_is_answered_200()
    {
        var profile = Calm with { Errors = new ErrorModel { BaseRate = 0, ClientErrorRate = 0 } };
        var well = Run(profile, RevisionBehaviour.Healthy, 1, seconds: 600).Pods[0].Counters;
        var ill = Run(profile, RevisionBehaviour.Of(new Fault.SuccessDrop(0.3)), 1, seconds: 600).Pods[0].Counters;
        Assert.That(well.Orders, Is.EqualTo(24_000).Within(6 * Math.Sqrt(24_000)));
        Assert.That(ill.Orders, Is.EqualTo(16_800).Within(6 * Math.Sqrt(16_800)));
        Assert.That(ill.TotalErrors, Is.Zero);
    }

    [Test]
    public void Vanished_requests_are_counted_by_nobody_but_the_truth()
    {
        var service = Run(Calm, RevisionBehaviour.Of(new Fault.RequestsVanish(1)), 1, seconds: 60);
        Assert.That(service.Pods[0].Counters.TotalRequests, Is.Zero);
        Assert.That(service.Pods[0].Truth.Lost, Is.EqualTo(12_000).Within(6 * Math.Sqrt(12_000)));
    }

    [Test]
    public void Bursts_add_their_errors_and_spread_them()
    {
        var profile = Calm with
        {
            Errors = new ErrorModel
            {
                BaseRate = 0,
                ClientErrorRate = 0,
                Bursts = new BurstModel { PerHour = 360, Size = new BurstSize.Geometric(5), Spread = TimeSpan.FromSeconds(30) },
            },
        };
        var errors = Run(profile, RevisionBehaviour.Healthy, 2, seconds: 36_000).Pods.Sum(p => p.Counters.TotalErrors);
        // 3600 bursts of mean 5 and variance 20: a compound Poisson number of variance 3600·(25 + 20).
        Assert.That(errors, Is.EqualTo(18_000).Within(6 * Math.Sqrt(3600 * 45)));
    }

    [Test]
    public void A_restart_sets_the_counters_to_zero_and_keeps_the_truth()
    {
        var service = Run(Calm, RevisionBehaviour.Healthy, 1, seconds: 10);
        var served = service.Pods[0].Truth.Requests;
        service.Pods[0].Restart();
        service.Advance(TimeSpan.FromSeconds(20));
        Assert.That(service.Pods[0].Counters.TotalRequests, Is.Zero);
        Assert.That(service.Pods[0].Truth.Requests, Is.EqualTo(served));
        Assert.That(service.Unserved, Is.GreaterThan(0));
    }

    [Test]
    public void The_mean_of_arrivals_is_the_integral_of_day_and_surge()
    {
        var arrivals = new ArrivalModel
        {
            RequestsPerSecond = 10,
            Surges = [new Surge { Start = TimeSpan.FromHours(30), Duration = TimeSpan.FromHours(1), Factor = 3 }],
        };
        Assert.That(arrivals.MeanRequests(TimeSpan.Zero, TimeSpan.FromDays(1)), Is.EqualTo(864_000).Within(1e-6));
        var quarter = 21_600 * 10 + (0.5 * 10 * 86_400 / (2 * Math.PI));
        Assert.That(arrivals.MeanRequests(TimeSpan.Zero, TimeSpan.FromHours(6)), Is.EqualTo(quarter).Within(1e-6));
        var surge = arrivals with { Surges = [] };
        Assert.That(
            arrivals.MeanRequests(TimeSpan.FromHours(24), TimeSpan.FromHours(48)),
            Is.EqualTo(864_000 + (2 * surge.MeanRequests(TimeSpan.FromHours(30), TimeSpan.FromHours(31)))).Within(1e-6));
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        var service = Start(Calm with { Errors = new ErrorModel { Dispersion = 3, Bursts = new BurstModel { PerHour = 60 } } },
            RevisionBehaviour.Of(new Fault.SlowTail(0.02, TimeSpan.FromSeconds(1)), new Fault.ErrorMultiple(3)), 10);
        Advance(service, 0, 60);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Advance(service, 60, 660);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_parameter_out_of_range_is_named() =>
        Assert.That(
            () => new ErrorModel { BaseRate = 1.5 },
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("BaseRate lies between 0 and 1"));

    private static ServiceTraffic Run(ServiceProfile profile, RevisionBehaviour behaviour, int pods, int seconds, ulong seed = 42)
    {
        var service = Start(profile, behaviour, pods, seed);
        Advance(service, 0, seconds);
        return service;
    }

    private static ServiceTraffic Start(ServiceProfile profile, RevisionBehaviour behaviour, int pods, ulong seed = 42)
    {
        var service = new ServiceTraffic(profile, seed, "shop/checkout");
        for (var i = 0; i < pods; i++)
        {
            service.Add("pod-" + i, behaviour, i, TimeSpan.Zero).StartServing(TimeSpan.Zero);
        }

        return service;
    }

    private static void Advance(ServiceTraffic service, int from, int to)
    {
        for (var second = from + 1; second <= to; second++)
        {
            service.Advance(TimeSpan.FromSeconds(second));
        }
    }

    private static string Fingerprint(ServiceProfile profile, ulong seed)
    {
        var service = Run(profile, RevisionBehaviour.Healthy, 3, 120, seed);
        return string.Join(';', service.Pods.Select(p =>
            $"{p.Counters.TotalRequests} {p.Counters.TotalErrors} {p.Counters.SlowerThan(3)} {p.Counters.Orders} {p.Counters.SumSeconds(0, 0)}"));
    }

    private static void CheckHistogram(PodCounters counters)
    {
        for (var route = 0; route < counters.Routes; route++)
        {
            foreach (var outcome in Enum.GetValues<Outcome>())
            {
                var last = 0L;
                for (var edge = 0; edge <= counters.Edges.Length; edge++)
                {
                    var upTo = counters.AtMost(route, outcome, edge);
                    Assert.That(upTo, Is.GreaterThanOrEqualTo(last));
                    last = upTo;
                }

                Assert.That(last, Is.EqualTo(counters.Requests(route, outcome)));
            }
        }
    }
}
