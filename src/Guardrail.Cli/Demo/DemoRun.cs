using Guardrail.Daemon.Hosting;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Cli.Demo;

/// <summary>
/// The demo: an embedded shop, the daemon as <c>guardrail run</c> starts it, a good release of checkout and a bad one. The daemon knows of the
/// cluster only what its API and the pods' metrics tell; what is reported of bad requests is the simulator's own truth.
/// </summary>
internal sealed class DemoRun(ulong seed, IDemoView view, TimeProvider time)
{
    private const string Service = "checkout";
    private const string GoodImage = "shop/checkout:2026.03.04";
    private const string BadImage = "shop/checkout:2026.03.05-agent";

    /// <summary>What the daemon learns of a service's normal life before the first release.</summary>
    private static readonly TimeSpan Prelude = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly RevisionBehaviour FivePercentErrors = RevisionBehaviour.Of(new Fault.ErrorRate(0.05));

    /// <summary>Runs it.</summary>
    /// <exception cref="TimeoutException">Something did not come to an end in time.</exception>
    public async Task<DemoReport> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("guardrail-demo-");
        try
        {
            return await RunIn(folder.FullName, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<DemoReport> RunIn(string folder, CancellationToken cancellationToken)
    {
        view.Step("starting the shop: frontend, checkout, session, pricing");
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { Seed = seed, Services = ShopPreset.Services, PodReadyDelay = TimeSpan.FromSeconds(2) }, cancellationToken);
        foreach (var service in ShopPreset.Services)
        {
            await WithinAsync(cluster.WaitForRolloutAsync(service.Namespace, service.Name, cancellationToken), $"{service.Name} did not start");
        }

        var kubeconfig = Path.Combine(folder, "kubeconfig");
        cluster.WriteKubeconfig(kubeconfig);
        var policy = Path.Combine(folder, "policy.yaml");
        await File.WriteAllTextAsync(policy, DemoPolicy.Text, cancellationToken);

        var listener = new DemoListener(new(ShopPreset.Namespace, WorkloadKind.Deployment, Service), view);
        view.Step("starting the daemon, which learns what is normal");
        await using var daemon = await GuardrailHost.StartAsync(
            new DaemonOptions { PolicyPaths = [policy], Scrape = true, Kubeconfig = kubeconfig, Listen = "127.0.0.1:0", Records = RecordKeeping.Off },
            log: null,
            [listener],
            time,
            cancellationToken);
        view.Step($"its status page, while this runs: {daemon.Address}");
        await Task.Delay(Prelude, time, cancellationToken);

        view.Step($"releasing {GoodImage}, which is good");
        var good = await ReleaseAsync(cluster, listener, GoodImage, RevisionBehaviour.Healthy, cancellationToken);
        view.Step($"releasing {BadImage}: an agent's change, 5 % of its answers are errors");
        var bad = await ReleaseAsync(cluster, listener, BadImage, FivePercentErrors, cancellationToken);
        await daemon.StopAsync(cancellationToken);
        return new([good, bad], seed);
    }

    private async Task<DemoRollout> ReleaseAsync(
        EmbeddedCluster cluster, DemoListener listener, string image, RevisionBehaviour behaviour, CancellationToken cancellationToken)
    {
        var end = listener.NextEnd();
        cluster.Deploy(ShopPreset.Namespace, Service, image, behaviour);
        var story = await WithinAsync(end.WaitAsync(cancellationToken), $"the release of {image} was not judged");
        await WithinAsync(
            cluster.WaitForRolloutAsync(ShopPreset.Namespace, Service, cancellationToken), $"the pods of {Service} did not settle after {image}");
        var truth = cluster.TruthOf(ShopPreset.Namespace, Service, image);
        var rollout = story.End.Rollout;
        return new(
            rollout.Workload.ToString(),
            rollout.From.Hash,
            rollout.To.Hash,
            story.End.Verdict.Name,
            story.RolledBackAt is null ? "None" : "RollBack",
            truth?.FirstBadAt is { } first && story.RolledBackAt is { } acted ? Math.Round((acted - first).TotalSeconds, 1) : null,
            truth?.BadRequests ?? 0,
            truth?.Requests ?? 0,
            story.End.Reason);
    }

    private async Task WithinAsync(Task task, string complaint)
    {
        try
        {
            await task.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{complaint} within {Patience.TotalSeconds:0} s; the machine may be too busy, try again.");
        }
    }

    private async Task<T> WithinAsync<T>(Task<T> task, string complaint)
    {
        await WithinAsync((Task)task, complaint);
        return await task;
    }
}
