using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Scenarios.Live;
using Guardrail.Simulation.Scenarios.Rehearsal;

namespace Guardrail.Simulation.Scenarios;

/// <summary>
/// Plays a scenario in a real test cluster against the Guardrail that is installed there. Pods, probes, controllers and Guardrail are real; the requests are
/// those of the model, and each pod is told what it would have counted. Only in a namespace that is marked for drills, which it leaves as it found it.
/// </summary>
public sealed class ClusterRehearsal
{
    /// <summary>
    /// The rights that it takes in its namespace, the one to read the namespace itself among them. To find the installed Guardrail and its image, Deployments of
    /// the cluster are listed too.
    /// </summary>
    public static IReadOnlyList<AccessRule> Rights { get; } =
    [
        new("", "namespaces", "get"),
        new("", "configmaps", "get", "create", "patch", "delete"),
        new("apps", "deployments", "get", "list", "watch", "create", "update", "delete"),
        new("apps", "replicasets", "list", "watch", "patch"),
        new("apps", "statefulsets", "list"),
        new("apps", "daemonsets", "list"),
        new("", "pods", "list", "watch"),
        new("", "pods/proxy", "update"),
        new("guardrail.dev", "guardrailpolicies", "list", "create", "delete"),
        new("guardrail.dev", "guardedrollouts", "list", "watch", "delete"),
    ];

    /// <summary>How long the first pods may take to come up, images being pulled.</summary>
    private static readonly TimeSpan Arriving = TimeSpan.FromMinutes(5);

    /// <summary>How long Guardrail may take to guard the services: it counts them every 12 s.</summary>
    private static readonly TimeSpan Guarding = TimeSpan.FromSeconds(60);

    /// <summary>How long clearing away may take when the play was broken off.</summary>
    private static readonly TimeSpan Clearing = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private readonly KubernetesConnection connection;
    private readonly Scenario scenario;
    private readonly RehearsalOptions options;
    private readonly Func<LivePlay, CancellationToken, Task> perform;
    private readonly ObjectClient objects;
    private readonly TimeProvider time;

    private ClusterRehearsal(
        KubernetesConnection connection, Scenario scenario, RehearsalOptions options, Func<LivePlay, CancellationToken, Task> perform)
    {
        (this.connection, this.options, this.perform, time) = (connection, options, perform, options.TimeProvider);
        // A policy of another namespace guards nothing in the scenario, and must not begin to.
        var own = scenario.Policies.Zip(scenario.PolicySpecs).Where(p => p.First.Namespace == scenario.Namespace).ToList();
        this.scenario = scenario with
        {
            Namespace = options.Namespace,
            Policies = [.. own.Select((p, i) => p.First with { Namespace = options.Namespace, Name = NameOf(p.First, i, own.Count) })],
            PolicySpecs = [.. own.Select(p => p.Second)],
        };
        objects = new(connection.Api, options.Namespace, time);
    }

    /// <summary>Plays a scenario.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellationToken">Breaks it off; what was made is cleared away all the same.</param>
    /// <exception cref="ConfigurationException">The scenario, the namespace or the cluster is not fit for it; nothing was made.</exception>
    /// <exception cref="RehearsalException">It could not be played to its end.</exception>
    public static Task<ScenarioResult> PlayAsync(
        KubernetesConnection connection, Scenario scenario, RehearsalOptions options, CancellationToken cancellationToken) =>
        PlayAsync(connection, scenario, options, (play, cancellation) => play.PlayAsync(cancellation), cancellationToken);

    /// <summary>Has somebody play a scenario.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="perform">Plays it, from when time counts; when that ends, all is cleared away.</param>
    /// <param name="cancellationToken">Breaks it off; what was made is cleared away all the same.</param>
    /// <exception cref="ConfigurationException">The scenario, the namespace or the cluster is not fit for it; nothing was made.</exception>
    /// <exception cref="RehearsalException">It could not be played to its end.</exception>
    public static async Task<ScenarioResult> PlayAsync(
        KubernetesConnection connection, Scenario scenario, RehearsalOptions options, Func<LivePlay, CancellationToken, Task> perform, CancellationToken cancellationToken)
    {
        var rehearsal = new ClusterRehearsal(connection, scenario, options, perform);
        try
        {
            return await rehearsal.PlayAsync(cancellationToken);
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            throw fault is ApiException { IsMissingPermission: true } refused
                ? new ConfigurationException($"a right is missing in {options.Namespace}: {refused.Message.TrimEnd('.')}; docs/simulate.md lists what a drill takes.", fault)
                : new RehearsalException(ApiFaults.Describe(fault, ObjectClient.Limit), fault);
        }
    }

    private async Task<ScenarioResult> PlayAsync(CancellationToken cancellationToken)
    {
        var instruments = LiveSignals.Needed(scenario);
        if (scenario.Services.Sum(s => s.Pods) is var pods && pods > RehearsalOptions.MostPods)
        {
            throw new ConfigurationException(
                $"the scenario {scenario.Name} has {pods} pods, at most {RehearsalOptions.MostPods} are made in a cluster; play it with --live, or give its services fewer.");
        }

        var installed = await InstalledGuardrail.FindAsync(objects, scenario.Namespace, cancellationToken);
        var image = options.Image ?? installed?.Image ?? throw new ConfigurationException(
            "the image of the installed Guardrail may not be read with these credentials; name it with --image.");
        var ground = await DrillGround.TakeAsync(objects, scenario, options, cancellationToken);
        var began = ground.TakenAt;
        options.Progress(
            $"playing in {scenario.Namespace} of {connection.Server}; Ctrl+C, or kubectl delete configmap {DrillMarks.Marker} -n {scenario.Namespace}, ends it and clears it away");
        if (installed is not null)
        {
            options.Progress($"Guardrail {installed.Name} is to guard it, and may {installed.Ceiling} at most");
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var traffic = new ClusterTraffic(
                new() { Seed = options.Seed, Instruments = instruments, AwaitsTraffic = true, TimeProvider = time }, began)
            {
                ImageOf = pod => RevisionImage.Of(scenario.Namespace, Kube.Text(pod["metadata"]?["labels"]?["app"]), DrillManifests.RevisionOf(pod)),
            };
            foreach (var service in scenario.Services)
            {
                traffic.Add(LiveTraffic.Of(scenario.Namespace, service));
            }

            return await PlayAsync(ground, image, traffic, began, end);
        }
        finally
        {
            await end.CancelAsync();
            options.Progress("the drill is being cleared away");
            using var limit = new CancellationTokenSource(Clearing, time);
            options.Progress(await ground.ClearAsync(began, limit.Token) ?? $"everything that it made in {scenario.Namespace} is gone");
        }
    }

    private async Task<ScenarioResult> PlayAsync(DrillGround ground, string image, ClusterTraffic traffic, DateTimeOffset began, CancellationTokenSource end)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var manifests = new DrillManifests(ground.Drill, scenario.Namespace, image, token, ground.Marker);
        var writer = new DrillWriter(objects, time);
        await using var cluster = new DrillCluster(scenario.Namespace, ground.Drill, manifests, objects, writer, traffic);
        var pods = new DrillPods(connection.Api, cluster.AllPods, traffic, scenario.Namespace, token, time);
        var killed = ground.WatchAsync(end.Token);
        List<Task> helping = [killed, writer.RunAsync(end.Token), cluster.FollowAsync(end.Token), pods.TellAsync(end.Token)];
        foreach (var (policy, spec) in scenario.Policies.Zip(scenario.PolicySpecs))
        {
            writer.Create(ObjectClient.Policies, manifests.Policy(policy, spec), "guardrail-drill");
        }

        foreach (var service in scenario.Services)
        {
            cluster.Create(service, service.Revision, "deployer");
        }

        await WhileAsync(WhenUpAsync(cluster, pods, end.Token), helping, killed, ground, end.Token);
        await using var play = new LivePlay(scenario, new() { Seed = options.Seed, Listener = options.Listener }, cluster, time);
        await WhileAsync(WhenGuardedAsync(writer, end.Token), helping, killed, ground, end.Token);
        var records = new DrillRecords(new RecordStore(connection.Api, time).Watch(scenario.Namespace), began, time);
        play.Begin(records);
        helping.AddRange([records.FollowAsync(play, end.Token), TellTimeAsync(end.Token)]);
        await WhileAsync(perform(play, end.Token), helping, killed, ground, end.Token);
        return play.Close();
    }

    /// <summary>Of several policies that select a workload the first in the file guards it in a scenario, and the first by name in a cluster.</summary>
    private static string NameOf(GuardPolicy policy, int index, int all) =>
        all == 1 ? policy.Name : string.Create(CultureInfo.InvariantCulture, $"{index + 1:000}-{policy.Name}");

    private async Task TellTimeAsync(CancellationToken cancellationToken)
    {
        options.Progress(string.Create(CultureInfo.InvariantCulture, $"time counts from now on; it takes {scenario.Duration.TotalMinutes:0} min"));
        for (var played = 1; ; played++)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), time, cancellationToken);
            options.Progress(string.Create(CultureInfo.InvariantCulture, $"{played} of {scenario.Duration.TotalMinutes:0} min are played"));
        }
    }

    /// <summary>Waits for something, as long as everything else goes on as it should.</summary>
    private static async Task WhileAsync(Task awaited, List<Task> helping, Task<string> killed, DrillGround ground, CancellationToken cancellationToken)
    {
        var first = await Task.WhenAny([awaited, .. helping]);
        if (first == killed && killed.IsCompletedSuccessfully)
        {
            throw new RehearsalException($"The drill was ended: {await killed}.");
        }

        try
        {
            await first;
        }
        catch (RehearsalException fault)
        {
            // What was made goes at once when the drill is ended, which may be noticed before the end itself.
            throw await ground.LookAsync(cancellationToken) is { } reason ? new RehearsalException($"The drill was ended: {reason}.", fault) : fault;
        }
    }

    private async Task WhenUpAsync(DrillCluster cluster, DrillPods pods, CancellationToken cancellationToken)
    {
        var all = scenario.Services.Sum(s => s.Pods);
        var end = time.GetUtcNow() + Arriving;
        for (var told = -1; !scenario.Services.All(s => cluster.IsUp(s.Name));)
        {
            var ready = cluster.AllPods.All.Count(p => Kube.Text(Kube.Condition(p["status"], "Ready")?["status"]) == "True");
            if (ready != told)
            {
                options.Progress(string.Create(CultureInfo.InvariantCulture, $"{told = ready} of {all} pods are ready"));
            }

            if (time.GetUtcNow() > end)
            {
                throw new RehearsalException($"After {Arriving.TotalMinutes:0} min {ready} of {all} pods are ready; {Obstacle(cluster, pods)}.");
            }

            await Task.Delay(Step, time, cancellationToken);
        }

        options.Progress($"all {all} pods are ready");
    }

    private string Obstacle(DrillCluster cluster, DrillPods pods)
    {
        var waiting = cluster.AllPods.All.Select(p => p["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]).FirstOrDefault(w => w is not null);
        return waiting is not null ? $"one waits with {Kube.Text(waiting["reason"])}: {Kube.Text(waiting["message"])}".TrimEnd(' ', ':', '.')
            : pods.Fault.Length > 0 ? $"orders do not reach {pods.Fault.TrimEnd('.')}"
            : $"see kubectl get pods -n {scenario.Namespace}";
    }

    /// <summary>The first revisions are known to be good, and Guardrail counts the services among those that it guards.</summary>
    private async Task WhenGuardedAsync(DrillWriter writer, CancellationToken cancellationToken)
    {
        await writer.FlushAsync(cancellationToken);
        var wanted = scenario.Services.Count(s => scenario.Policies.Any(p => p.Guards(new(scenario.Namespace, WorkloadKind.Deployment, s.Name), s.Labels)));
        options.Progress($"waiting for Guardrail to guard {wanted} services");
        var end = time.GetUtcNow() + Guarding;
        while (await GuardedAsync(cancellationToken) is var guarded && guarded < wanted)
        {
            if (time.GetUtcNow() > end)
            {
                throw new RehearsalException(
                    $"Guardrail guards {guarded} of {wanted} services after {Guarding.TotalSeconds:0} s; it must run with --policies=cluster, watch {scenario.Namespace} and read the pods' metrics "
                    + $"(kubectl describe guardrailpolicies -n {scenario.Namespace} says what it makes of the policies).");
            }

            await Task.Delay(Step, time, cancellationToken);
        }
    }

    private async Task<int> GuardedAsync(CancellationToken cancellationToken)
    {
        var policies = await objects.ListAsync(ObjectClient.Policies, DrillMarks.Label, cancellationToken);
        if (policies.Select(Problem).FirstOrDefault(p => p is not null) is { } problem)
        {
            throw new RehearsalException($"Guardrail does not take a policy of the scenario: {problem}");
        }

        return policies.Sum(p => Kube.Count(p["status"]?["guarded"]));
    }

    private static string? Problem(JsonObject policy) =>
        Kube.Condition(policy["status"], "Ready") is { } ready && Kube.Text(ready["status"]) == "False" ? Kube.Text(ready["message"]) : null;
}
