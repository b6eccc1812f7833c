using CsCheck;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Kubernetes.Tests.Policies;

public sealed class PolicyFileTests
{
    private const string Head = "apiVersion: guardrail.dev/v1alpha1\nkind: GuardrailPolicy\nmetadata: {name: shop, namespace: shop}\nspec:\n";

    private const string Whole = Head + """
          workloads: {kinds: [Deployment], selector: {matchLabels: {tier: web}, matchExpressions: [{key: app, operator: In, values: [a]}]}}
          signals:
            - preset: http
            - errors: {name: payments, metric: my_requests_total, outcomeLabels: [result], errorPattern: "fail.*", weight: 0.2}
          falseRollbackBudget: 0.01
          bake: 1h30m
          pacing: {enabled: true, stepPercents: [10, 50], stepDuration: 60s}
          watch: {volume: 0, impact: 0.2}
          impact: [{workload: frontend, kind: Deployment, namespace: shop, signal: errors}]
        """;

    [Test]
    public void Reads_every_field()
    {
        var policy = Load("""
            apiVersion: guardrail.dev/v1alpha1
            kind: GuardrailPolicy
            metadata: {name: shop, namespace: shop}
            spec:
              workloads: {kinds: [Deployment], selector: {matchLabels: {tier: web}, matchExpressions: [{key: app, operator: In, values: [a]}]}}
              signals:
                - preset: http
                - errors: {name: payments, metric: my_requests_total, outcomeLabels: [result], errorPattern: "fail.*", podLabel: p, namespaceLabel: n, stratumLabels: [route], weight: 0.2}
                - latency: {name: slow, metric: my_duration_seconds, weight: 0.1}
                - business: {name: orders, metric: orders_total, requests: my_requests_total, podLabel: p, namespaceLabel: n, stratumLabels: [tenant], weight: 0.3}
              falseRollbackBudget: 0.01
              tick: 2s
              bake: 1h30m
              warmUp: 0s
              blindBudget: 3m
              autonomy: Enforce
              vetoWindow: 45s
              pacing: {enabled: true, stepPercents: [10, 50], stepDuration: 75s, stepRequests: 70, maximumHold: 20m}
              effect: {minimumRateDifference: 0.002, minimumEvents: 7}
              watch: {requestShare: 0.2, volume: 0, podLifecycle: 0.3, afterRollout: 0.4, impact: 0.5}
              impact:
                - {workload: frontend, signal: errors}
                - {workload: ledger, kind: Deployment, namespace: bank, signal: latency}
            """).Single();
        Assert.That(policy, Is.EqualTo(new GuardPolicy
        {
            Name = "shop",
            Namespace = "shop",
            Kinds = [WorkloadKind.Deployment],
            Selector = new LabelSelector
            {
                Requirements = [new LabelRequirement("tier", LabelOperator.In, ["web"]), new LabelRequirement("app", LabelOperator.In,
                    ["a"])],
            },
            Signals =
            [
                .. SignalPresets.Http,
                new SignalDefinition.ErrorRate
                {
                    Id = new("payments"), Weight = 0.2, Metric = "my_requests_total", OutcomeLabels = ["result"], ErrorPattern = "fail.*",
                    PodLabel = "p", NamespaceLabel = "n", StratumLabels = ["route"],
                },
                new SignalDefinition.Latency { Id = new("slow"), Weight = 0.1, Metric = "my_duration_seconds" },
                new SignalDefinition.Business
                {
                    Id = new("orders"), Weight = 0.3, Metric = "orders_total", Requests = "my_requests_total",
                    PodLabel = "p", NamespaceLabel = "n", StratumLabels = ["tenant"],
                },
            ],
            FalseRollbackBudget = new(0.01),
            Tick = TimeSpan.FromSeconds(2),
            Bake = TimeSpan.FromMinutes(90),
            WarmUp = TimeSpan.Zero,
            BlindBudget = TimeSpan.FromMinutes(3),
            Autonomy = Autonomy.Enforce,
            VetoWindow = TimeSpan.FromSeconds(45),
            Pacing = new Pacing
            {
                StepPercents = [10, 50],
                StepDuration = TimeSpan.FromSeconds(75),
                StepRequests = 70,
                MaximumHold = TimeSpan.FromMinutes(20),
            },
            Effect = new EffectGate { MinimumRateDifference = 0.002, MinimumEvents = 7 },
            Watch = new WatchWeights { RequestShare = 0.2, Volume = 0, PodLifecycle = 0.3, AfterRollout = 0.4, Impact = 0.5 },
            Impact =
            [
                new ImpactTarget(new WorkloadId("shop", WorkloadKind.Deployment, "frontend"), new("errors")),
                new ImpactTarget(new WorkloadId("bank", WorkloadKind.Deployment, "ledger"), new("latency")),
            ],
        }));
    }

    [Test]
    public void An_empty_spec_has_every_default() => Assert.That(
        Load("apiVersion: guardrail.dev/v1alpha1\nkind: GuardrailPolicy\nmetadata: {name: shop, namespace: shop}").Single(),
        Is.EqualTo(new GuardPolicy { Name = "shop", Namespace = "shop" }));

    [Test]
    public void A_business_signal_has_a_name_and_a_weight_of_its_own() => Assert.That(
        Load(Head + "  signals: [{business: {metric: orders_total, requests: http_requests_total}}]").Single().Signals.Single(),
        Is.EqualTo(new SignalDefinition.Business
        {
            Id = new("business"),
            Weight = SignalPresets.BusinessWeight,
            Metric = "orders_total",
            Requests = "http_requests_total",
        }));

    [Test]
    public void Watches_that_are_not_named_keep_their_weights()
    {
        Assert.That(Load(Head + "  watch: {volume: 0}").Single().Watch, Is.EqualTo(new WatchWeights { Volume = 0 }));
        Assert.That(
            Load(Head + "  watch: {requestShare: 0, volume: 0, podLifecycle: 0, afterRollout: 0, impact: 0}").Single().Watch,
            Is.EqualTo(WatchWeights.None));
    }

    [Test]
    public void The_sample_with_impact_watches_a_workload_that_is_guarded_too()
    {
        var policies = PolicyFile.Load(Path.Combine(Root(), "samples", "policies", "shop-with-impact.yaml"));

        var checkout = policies[0];
        Assert.That(checkout.Signals.Select(signal => signal.Id.Name), Is.EqualTo(new[] { "errors", "latency", "orders" }));
        Assert.That(checkout.Watch, Is.EqualTo(new WatchWeights()), "it says that it writes the defaults out");
        Assert.That(
            policies[1].Guards(checkout.Impact.Single().Workload, new Dictionary<string, string> { ["app"] = "frontend" }), Is.True);
        Assert.That(policies[1].Signals.Select(signal => signal.Id), Does.Contain(checkout.Impact.Single().Signal));
    }

    [Test]
    public void The_sample_for_databases_guards_StatefulSets_and_paces_them()
    {
        var policy = PolicyFile.Load(Path.Combine(Root(), "samples", "policies", "shop-database.yaml")).Single();

        var labels = new Dictionary<string, string> { ["tier"] = "data" };
        Assert.That(policy.Guards(new("shop", Engine.Workloads.WorkloadKind.StatefulSet, "orders"), labels), Is.True);
        Assert.That(policy.Guards(new("shop", Engine.Workloads.WorkloadKind.Deployment, "orders"), labels), Is.False);
        Assert.That(policy.Pacing, Is.EqualTo(new Pacing
        {
            Enabled = true,
            StepPercents = [1],
            StepDuration = TimeSpan.FromMinutes(5),
            MaximumHold = TimeSpan.FromMinutes(30),
        }));
    }

    [Test]
    public void A_budget_of_the_fleet_is_shared_out_over_its_rollouts() =>
        Assert.That(
            Load(Head + "  fleetBudget: {falseRollbacksPerYear: 3.65, rolloutsPerYear: 7300}\n").Single().FalseRollbackBudget.Value,
            Is.EqualTo(0.0005).Within(1e-15));

    [Test]
    public void Reads_several_documents_in_their_order()
    {
        var policies = Load(Head + "---\n" + Head.Replace("name: shop, name", "name: second, name", StringComparison.Ordinal)
            + "  autonomy: Veto\n---\n");
        Assert.That(policies.Select(policy => policy.Name), Is.EqualTo(new[] { "shop", "second" }));
    }

    [TestCase("  pacing: {stepPercent: [10]}", "policy.yaml(5,12): spec.pacing.stepPercent is not a field; did you mean stepPercents?")]
    [TestCase("  signal: []", "policy.yaml(5,3): spec.signal is not a field; did you mean signals?")]
    [TestCase("  colour: red", "policy.yaml(5,3): spec.colour is not a field; known are workloads, signals, falseRollbackBudget, fleetBudget, tick, bake, warmUp, blindBudget, autonomy, vetoWindow, pacing, effect, watch, impact, cureWindow, storm, freeze, contest, history, restoreConfig.")]
    [TestCase("  tick: 5", "policy.yaml(5,9): spec.tick is \"5\", but must be a duration with its unit, such as 90s, 5m or 1h30m.")]
    [TestCase("  tick: 2m", "policy.yaml(5,9): spec.tick is 2m, but must be from 1s to 1m.")]
    [TestCase("  bake: 25h", "policy.yaml(5,9): spec.bake is 25h, but must be from 1s to 24h.")]
    [TestCase("  falseRollbackBudget: 0.1", "policy.yaml(5,24): spec.falseRollbackBudget is \"0.1\", but must be a number above 0 up to 0.05.")]
    [TestCase("  falseRollbackBudget: NaN", "policy.yaml(5,24): spec.falseRollbackBudget is \"NaN\", but must be a number above 0 up to 0.05.")]
    [TestCase("  fleetBudget: {falseRollbacksPerYear: 4}", "policy.yaml(5,16): spec.fleetBudget has no rolloutsPerYear; add it.")]
    [TestCase("  fleetBudget: {falseRollbacksPerYear: 9, rolloutsPerYear: 90}", "policy.yaml(5,16): spec.fleetBudget allows 0.1 false rollbacks for each rollout, at most 0.05 is taken: allow fewer, or count the rollouts anew.")]
    [TestCase("  autonomy: enforce", "policy.yaml(5,13): spec.autonomy is \"enforce\", but must be one of Observe, Recommend, Veto, Enforce; did you mean Enforce?")]
    [TestCase("  autonomy: 3", "policy.yaml(5,13): spec.autonomy is \"3\", but must be one of Observe, Recommend, Veto, Enforce; known are Observe, Recommend, Veto, Enforce.")]
    [TestCase("  pacing: {stepPercents: [50, 10]}", "policy.yaml(5,26): spec.pacing.stepPercents must name at least one step, in ascending order, each once, such as [10, 50].")]
    [TestCase("  pacing: {stepPercents: [0]}", "policy.yaml(5,27): spec.pacing.stepPercents[0] is \"0\", but must be a whole number from 1 to 99.")]
    [TestCase("  pacing: {enabled: \"true\"}", "policy.yaml(5,21): spec.pacing.enabled is \"true\", but must be true or false.")]
    [TestCase("  pacing: on", "policy.yaml(5,11): spec.pacing must be a mapping of fields (enabled, stepPercents, stepDuration, stepRequests, maximumHold).")]
    [TestCase("  workloads: {kinds: [ReplicaSet]}", "policy.yaml(5,23): spec.workloads.kinds[0] is \"ReplicaSet\", but must be one of Deployment, StatefulSet, DaemonSet; known are Deployment, StatefulSet, DaemonSet.")]
    [TestCase("  workloads: {selector: {matchExpressions: [{key: a, operator: In}]}}", "policy.yaml(5,45): spec.workloads.selector.matchExpressions[0] has the operator In, which needs values.")]
    [TestCase("  signals: [{preset: https}]", "policy.yaml(5,22): spec.signals[0].preset is \"https\", but must be http or opentelemetry; did you mean http?")]
    [TestCase("  signals: [{errors: {metric: a}}]", "policy.yaml(5,22): spec.signals[0].errors has no outcomeLabels; add it.")]
    [TestCase("  signals: [{errors: {metric: a-b, outcomeLabels: [x]}}]", "policy.yaml(5,31): spec.signals[0].errors.metric is \"a-b\", but must be a name such as http_requests_total.")]
    [TestCase("  signals: [{latency: {metric: d_bucket}}]", "policy.yaml(5,32): spec.signals[0].latency.metric is d_bucket, but must be the histogram's name without suffix: d.")]
    [TestCase("  signals: [{preset: http}, {preset: opentelemetry}]", "policy.yaml(5,12): spec.signals has two signals named \"errors\"; give one of them another name (a preset's names are errors and latency).")]
    [TestCase("  signals: [{preset: http, business: {metric: a, requests: b}}]", "policy.yaml(5,13): spec.signals[0] must have exactly one of preset, errors, latency, business; write each as a list item of its own.")]
    [TestCase("  signals: [{busines: {metric: a, requests: b}}]", "policy.yaml(5,14): spec.signals[0].busines is not a field; did you mean business?")]
    [TestCase("  signals: [{business: {metric: a}}]", "policy.yaml(5,24): spec.signals[0].business has no requests; add it.")]
    [TestCase("  signals: [{business: {requests: a}}]", "policy.yaml(5,24): spec.signals[0].business has no metric; add it.")]
    [TestCase("  signals: [{business: {metric: a b, requests: c}}]", "policy.yaml(5,33): spec.signals[0].business.metric is \"a b\", but must be a name such as orders_total.")]
    [TestCase("  signals: [{business: {metric: a, requests: a}}]", "policy.yaml(5,46): spec.signals[0].business.requests is a, the same as metric; metric counts the good events, requests the requests they come from.")]
    [TestCase("  signals: [{business: {metric: a, requests: b, weight: 0}}]", "policy.yaml(5,57): spec.signals[0].business.weight is \"0\", but must be a number above 0 up to 1000.")]
    [TestCase("  signals: [{business: {metric: a, requests: b, outcomeLabels: [c]}}]", "policy.yaml(5,49): spec.signals[0].business.outcomeLabels is not a field; known are name, metric, requests, podLabel, namespaceLabel, stratumLabels, weight.")]
    [TestCase("  watch: {volumes: 0.1}", "policy.yaml(5,11): spec.watch.volumes is not a field; did you mean volume?")]
    [TestCase("  watch: {volume: -0.1}", "policy.yaml(5,19): spec.watch.volume is \"-0.1\", but must be a number from 0 up to 1000.")]
    [TestCase("  watch: {impact: 1001}", "policy.yaml(5,19): spec.watch.impact is \"1001\", but must be a number from 0 up to 1000.")]
    [TestCase("  watch: {impact: off}", "policy.yaml(5,19): spec.watch.impact is \"off\", but must be a number from 0 up to 1000.")]
    [TestCase("  watch: 0", "policy.yaml(5,10): spec.watch must be a mapping of fields (requestShare, volume, podLifecycle, afterRollout, impact).")]
    [TestCase("  impact: []", "policy.yaml(5,11): spec.impact names 0 signals of other workloads; give 1 to 64, or leave it out.")]
    [TestCase("  impact: {workload: a, signal: b}", "policy.yaml(5,11): spec.impact must be a list, written [a, b] or as lines that begin with \"- \".")]
    [TestCase("  impact: [{workload: a}]", "policy.yaml(5,12): spec.impact[0] has no signal; add it.")]
    [TestCase("  impact: [{signal: errors}]", "policy.yaml(5,12): spec.impact[0] has no workload; add it.")]
    [TestCase("  impact: [{workload: A_b, signal: errors}]", "policy.yaml(5,23): spec.impact[0].workload is \"A_b\", but must be a name such as frontend.")]
    [TestCase("  impact: [{workload: a, signal: errors, namespace: b.c}]", "policy.yaml(5,53): spec.impact[0].namespace is \"b.c\", but must be a name such as shop.")]
    [TestCase("  impact: [{workload: a, signal: errors, kind: StatefulSets}]", "policy.yaml(5,48): spec.impact[0].kind is \"StatefulSets\", but must be one of Deployment, StatefulSet, DaemonSet; did you mean StatefulSet?")]
    [TestCase("  impact: [{workload: a, signal: b}, {workload: a, namespace: shop, signal: b}]", "policy.yaml(5,38): spec.impact[1] names shop/a b again; remove one of the two.")]
    [TestCase("  impact: [{workload: a, metric: b}]", "policy.yaml(5,26): spec.impact[0].metric is not a field; known are workload, kind, namespace, signal.")]
    [TestCase("  tick: 5s\n  tick: 6s", "policy.yaml(6,3): not valid YAML: Duplicate key tick, so one of the two would be lost; remove one.")]
    [TestCase("  tick: *five", "policy.yaml(5,9): uses a YAML alias (*name); write the value out.")]
    public void A_mistake_is_told_with_its_place_and_its_remedy(string spec, string message) =>
        Assert.That(() => Load(Head + spec), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));

    [Test]
    public void Every_kind_that_is_rolled_out_can_be_guarded() =>
        Assert.That(
            Load(Head + "  workloads: {kinds: [Deployment, StatefulSet, DaemonSet]}\n  impact: [{workload: a, signal: errors, kind: StatefulSet}]").Single().Kinds,
            Is.EqualTo(new[] { Engine.Workloads.WorkloadKind.Deployment, Engine.Workloads.WorkloadKind.StatefulSet, Engine.Workloads.WorkloadKind.DaemonSet }));

    [TestCase("(", TestName = "An_error_pattern_must_be_a_regular_expression")]
    [TestCase("(a)\\\\1", TestName = "An_error_pattern_must_be_one_that_Prometheus_takes")]
    public void Patterns(string pattern) => Assert.That(
        () => Load(Head + $"  signals: [{{errors: {{metric: a, outcomeLabels: [x], errorPattern: \"{pattern}\"}}}}]"),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("spec.signals[0].errors.errorPattern"));

    [Test]
    public void What_is_no_policy_is_refused()
    {
        Assert.That(() => Load(""), Throws.TypeOf<ConfigurationException>()
            .With.Message.StartsWith("policy.yaml holds no policy; write one"));
        Assert.That(() => Load("kind: GuardrailPolicy"), Throws.TypeOf<ConfigurationException>()
            .With.Message.EqualTo("policy.yaml(1,1): apiVersion is missing."));
        Assert.That(() => Load("apiVersion: v1"), Throws.TypeOf<ConfigurationException>()
            .With.Message.Contains("apiVersion is \"v1\", but must be guardrail.dev/v1alpha1."));
        Assert.That(() => Load("a: [1"), Throws.TypeOf<ConfigurationException>().With.Message.Contains("not valid YAML"));
        Assert.That(() => Load(Head + "---\n" + Head), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(
            "policy.yaml(6,1): metadata.name shop/shop is there already in this file; give one of them another name."));
    }

    [Test]
    public void What_would_exhaust_memory_or_stack_is_refused()
    {
        Assert.That(() => Load(new string('#', PolicyFile.SizeLimit + 1)), Throws.TypeOf<ConfigurationException>()
            .With.Message.Contains("longer than 1 MB"));
        Assert.That(() => Load(new string('[', 100_000)), Throws.TypeOf<ConfigurationException>()
            .With.Message.Contains("nested deeper than 64"));
    }

    [Test]
    public void Whatever_is_read_it_is_a_policy_or_a_clear_refusal() => Gen.Select(Gen.Int[0, Whole.Length], Gen.Int[0, 12], Gen.OneOf(
        Gen.String["[]{}:,-&*!|>'\"%@`#\n ?\t"], Gen.String)).Sample((at, removed, inserted) =>
    {
        var text = Whole[..at] + inserted + Whole[Math.Min(Whole.Length, at + removed)..];
        try
        {
            Assert.That(Load(text), Is.Not.Empty);
        }
        catch (ConfigurationException refusal)
        {
            Assert.That(refusal.Message, Does.StartWith("policy.yaml"));
        }
    });

    [Test]
    public void A_file_that_is_not_there_is_told() =>
        Assert.That(() => PolicyFile.Load("/nowhere/policy.yaml"), Throws.TypeOf<ConfigurationException>()
            .With.Message.Contains("/nowhere/policy.yaml"));

    [Test]
    public void More_targets_than_the_limit_are_refused() => Assert.That(
        () => Load(Head + "  impact:\n" + string.Concat(Enumerable.Range(0, 65).Select(i => $"    - {{workload: w{i}, signal: errors}}\n"))),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("names 65 signals of other workloads; give 1 to 64"));

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Guardrail.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run below the checkout.");
        }

        return directory.FullName;
    }

    private static System.Collections.Immutable.ImmutableArray<GuardPolicy> Load(string text) =>
        PolicyFile.Load(new StringReader(text), "policy.yaml");
}
