using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Tests.Scenarios;

public sealed class ScenarioFileTests
{
    private const string Services = "services: {frontend: {traffic: 100/s, calls: [checkout]}, checkout: {pods: 4}}\n";

    [Test]
    public void Reads_every_part_of_a_scenario()
    {
        var scenario = Samples.Read("""
            title: All of it
            duration: 1h30m
            namespace: bank
            services:
              frontend:
                pods: 6
                traffic: {rate: 600/min, swing: 50%, timeOfDay: 14h, noise: 5%, surges: [{at: 10m, for: 5m, factor: 3}]}
                errors: {rate: 0.2%, podSpread: 20%, dispersion: 2, bursts: {perHour: 60, size: 4, spread: 10s}}
                latency: {median: 120ms, spread: 0.5, warmUp: 30s, warmUpFactor: 2}
                orders: 30%
                calls: [{service: checkout, perRequest: 2}]
                startUp: 25s
                strategy: {maxSurge: 2, maxUnavailable: 1}
                labels: {tier: web}
                revision: r7
              checkout: {copies: 2}
            rollouts:
              - {service: frontend, at: 20m, to: r8, by: agent, faults: [{fault: errors, rate: 5%, after: 10s, for: 5m, pods: 2}]}
            faults:
              - {fault: dependencyOutage, service: checkout, at: 5m, for: 2m, share: 40%, slower: 3}
              - {fault: metricsLost, at: 6m, for: 1m}
            observe: {interval: 10s, missed: 2%}
            policy: {autonomy: Veto}
            expect:
              rollouts: [{service: frontend, number: 1, verdict: Regressed, action: [RollBack, Page], within: 60s, held: Suspicion, cure: NotCured, badRequests: 100}]
              untouched: [checkout]
              badRequests: 1000
            """);
        var frontend = scenario.Service("frontend")!;
        var rollout = scenario.Rollouts.Single();
        Assert.Multiple(() =>
        {
            Assert.That(scenario.Duration, Is.EqualTo(TimeSpan.FromMinutes(90)));
            Assert.That(scenario.Services.Select(s => s.Name), Is.EqualTo(new[] { "checkout-1", "checkout-2", "frontend" }), "callees first");
            Assert.That(frontend.Profile.Arrivals.RequestsPerSecond, Is.EqualTo(10));
            Assert.That(frontend.Profile.Arrivals.Surges.Single().Factor, Is.EqualTo(3));
            Assert.That(frontend.Profile.Errors.Bursts.PerHour, Is.EqualTo(60));
            Assert.That(frontend.Profile.Latency!.MedianSeconds, Is.EqualTo(0.12));
            Assert.That(frontend.Calls.Select(c => c.PerRequest), Is.EqualTo(new[] { 1.0, 1.0 }), "two calls shared by two copies");
            Assert.That(frontend.Labels["tier"], Is.EqualTo("web"));
            Assert.That(rollout, Is.EqualTo(rollout with { To = "r8", At = TimeSpan.FromMinutes(20), By = ChangeAuthor.Agent }));
            Assert.That(rollout.Behaviour.Faults.Single(), Is.EqualTo(new ScheduledFault(new Fault.ErrorRate(0.05))
            {
                Onset = TimeSpan.FromSeconds(10),
                Duration = TimeSpan.FromMinutes(5),
                Scope = new FaultScope.FirstPods(2),
            }));
            Assert.That(scenario.Events.OfType<ScenarioEvent.ServiceFault>().Select(e => e.Service), Is.EqualTo(new[] { "checkout-1", "checkout-2" }));
            Assert.That(scenario.Services[0].Profile.SharedFaults.Single().Fault, Is.EqualTo(new Fault.DependencyOutage(0.4, 3)));
            Assert.That(scenario.Policies.Single().Autonomy, Is.EqualTo(Autonomy.Veto));
            Assert.That(scenario.Policies.Single().Tick, Is.EqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(scenario.Expect.Rollouts.Single().Actions, Is.EqualTo(new[] { ExpectedAction.RollBack, ExpectedAction.Page }));
            Assert.That(scenario.Expect.Rollouts.Single().Held, Is.EqualTo(HoldCause.Suspicion));
            Assert.That(scenario.Expect.Rollouts.Single().Cure, Is.EqualTo(CureFinding.NotCured));
            Assert.That(scenario.Expect.Untouched, Is.EqualTo(new[] { "checkout-1", "checkout-2" }));
        });
    }

    [TestCase("services: {a: {trafic: 5/s}}", "test.yaml(4,16): services.a.trafic is not a field; did you mean traffic?")]
    [TestCase("services: {a: {traffic: 5}}", "(4,25): services.a.traffic is \"5\", but must be a rate with its unit, such as 200/s, 30/min or 100/h.")]
    [TestCase("services: {a: {traffic: -5/s}}", "(4,25): services.a.traffic is -5/s, but a rate is at least 0/s.")]
    [TestCase("services: {a: {errors: 0.1}}", "(4,24): services.a.errors is \"0.1\", but must be a share with its percent sign, such as 0.1%.")]
    [TestCase("services: {a: {errors: 101%}}", "must be from 0% to 100%.")]
    [TestCase("services: {a: {startUp: 5}}", "must be a duration with its unit")]
    [TestCase("services: {a: {calls: [payments]}}", "(4,24): services.a.calls[0] is \"payments\", which is no service here; known are a.")]
    [TestCase("services: {a: {calls: [b]}, b: {calls: [c]}, c: {calls: [a]}}", "closes a circle of calls: a → b → c → a; leave out one of them.")]
    [TestCase(Services + "rollouts: [{service: chekout}]", "(5,22): rollouts[0].service is \"chekout\", which is no service here; did you mean checkout?")]
    [TestCase(Services + "faults: [{fault: errors, service: payments, at: 5m, rate: 5%}]", "(5,35): faults[0].service is \"payments\", which is no service here; known are ")]
    [TestCase(Services + "faults: [{fault: metricslost, at: 5m}]", "faults[0].fault is \"metricslost\", which is no fault here; did you mean metricsLost?")]
    [TestCase(Services + "rollouts: [{service: checkout, faults: [{rate: 5%}]}]", "rollouts[0].faults[0] has no fault; say what is wrong")]
    [TestCase(Services + "rollouts: [{service: checkout, faults: [{fault: errors}]}]", "has no rate; add it.")]
    [TestCase(Services + "policy: {pacing: {enabld: true}}", "policy.pacing.enabld is not a field; did you mean enabled?")]
    [TestCase(Services + "policy: {workloads: {selector: {matchLabels: {app: nobody}}}}", "policy guards none of the services")]
    [TestCase(Services + "expect: {rollouts: [{service: checkout, action: Rollback}]}", "did you mean RollBack?")]
    [TestCase(Services + "expect: {rollouts: [{service: checkout, cure: Notcured}]}", "test.yaml(5,47): expect.rollouts[0].cure is \"Notcured\"")]
    [TestCase(Services + "expect: {rollouts: [{service: checkout, held: Freeze}]}", "(5,47): expect.rollouts[0].held is \"Freeze\", but must be one of Pacing, Suspicion, Frozen")]
    [TestCase(Services + "expect: {rollouts: [{service: checkout, action: [Page, Hold], cure: Cured}]}", "(5,69): expect.rollouts[0].cure is Cured, but a cure is looked for only after a rollback, and action is Page or Hold; ")]
    [TestCase(Services + "expect: {rollouts: [{service: checkout, action: None, held: Frozen}]}", "(5,61): expect.rollouts[0].held is Frozen, but action is None, ")]
    [TestCase(Services + "duration: 5", "duration is \"5\", but must be a duration with its unit")]
    [TestCase("services: {}", "services must be a mapping of names to services")]
    [TestCase("title: nothing", "services is missing.")]
    [TestCase(Services + "---\nkind: Scenario", "is a second document; write one scenario per file.")]
    public void Says_in_one_sentence_what_is_wrong_and_where(string body, string expected) =>
        Assert.That(() => Samples.Read(body), Throws.TypeOf<ConfigurationException>().With.Message.Contains(expected).And.Message.Not.Contains('\n'));

    [Test]
    public void Refuses_a_text_of_a_gigabyte_without_reading_it_all()
    {
        using var endless = new Endless();
        Assert.That(() => ScenarioFile.Load(endless, "big.yaml"), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("big.yaml is longer than 1 MB"));
        Assert.That(endless.Given, Is.LessThan(8 * 1024 * 1024));
    }

    [Test]
    public void Takes_the_policies_of_a_file_beside_it_and_says_what_differs()
    {
        var folder = Directory.CreateTempSubdirectory("w-sim-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "policy.yaml"), """
                apiVersion: guardrail.dev/v1alpha1
                kind: GuardrailPolicy
                metadata: {name: real, namespace: shop}
                spec: {tick: 10s, falseRollbackBudget: 0.01}
                """);
            var path = Path.Combine(folder.FullName, "scenario.yaml");
            File.WriteAllText(path, Samples.Head + Services + "policy: {file: policy.yaml, autonomy: Enforce}\n");
            var policy = ScenarioFile.Load(path).Policies.Single();
            Assert.That(policy, Is.EqualTo(new GuardPolicy
            {
                Name = "real",
                Namespace = "shop",
                Tick = TimeSpan.FromSeconds(10),
                FalseRollbackBudget = new(0.01),
                Autonomy = Autonomy.Enforce,
            }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Reads_a_recorded_trace_and_names_the_line_that_is_none()
    {
        var folder = Directory.CreateTempSubdirectory("w-sim-");
        try
        {
            var (path, trace) = (Path.Combine(folder.FullName, "scenario.yaml"), Path.Combine(folder.FullName, "trace.csv"));
            File.WriteAllText(path, Samples.Head + "services: {a: {traffic: {trace: trace.csv}}}\n");
            File.WriteAllText(trace, "seconds,rate\n0,100\n60,300\n");
            var arrivals = ScenarioFile.Load(path).Service("a")!.Profile.Arrivals;
            Assert.That(arrivals.MeanRequests(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90)), Is.EqualTo((30 * 100) + (30 * 300)).Within(1e-9));
            File.WriteAllText(trace, "seconds,rate\n0,100\n0,300\n");
            Assert.That(() => ScenarioFile.Load(path), Throws.TypeOf<ConfigurationException>().With.Message.Contains("trace.csv(3,1): must be seconds"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Endless : TextReader
    {
        public long Given { get; private set; }

        public override int Read(char[] buffer, int index, int count)
        {
            buffer.AsSpan(index, count).Fill('#');
            Given += count;
            return count;
        }

        public override int ReadBlock(char[] buffer, int index, int count) => Read(buffer, index, count);
    }
}
