using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Pods;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>
/// Follows the pods of a drill, for the traffic to know which of them serve, and tells each every second, through the API server, what it serves and whether
/// it is ready or ends.
/// </summary>
internal sealed class DrillPods
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Running> running = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly ApiClient api;
    private readonly ClusterTraffic traffic;
    private readonly string ns;
    private readonly string token;
    private readonly TimeProvider time;
    private volatile string fault = "";

    public DrillPods(ApiClient api, ObjectMirror pods, ClusterTraffic traffic, string ns, string token, TimeProvider time)
    {
        (this.api, this.traffic, this.ns, this.token, this.time) = (api, traffic, ns, token, time);
        pods.Changed = (_, pod) => Take(pod);
        pods.Removed = Remove;
    }

    /// <summary>Why the last order was not taken; empty when all were.</summary>
    public string Fault => fault;

    /// <summary>Tells the pods until cancelled.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        using var rhythm = new PeriodicTimer(Rhythm, time);
        while (await rhythm.WaitForNextTickAsync(cancellationToken))
        {
            var failed = "";
            await Parallel.ForEachAsync(
                running, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (pod, cancellation) =>
                {
                    if (await TellAsync(pod.Key, pod.Value, cancellation) is { } said)
                    {
                        failed = $"{pod.Key}: {said}";
                    }
                });
            fault = failed;
        }
    }

    private async Task<string?> TellAsync(string pod, Running run, CancellationToken cancellationToken)
    {
        var orders = OrdersOf(pod, run);
        using var content = new ByteArrayContent(orders.ToUtf8());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.TryAddWithoutValidation(DrillOrders.TokenHeader, token);
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"api/v1/namespaces/{ns}/pods/{pod}:{DrillMarks.Port}/proxy{DrillOrders.Path}");
            await api.DeliverAsync(HttpMethod.Put, path, content, both.Token);
            return null;
        }
        catch (Exception failure) when (ApiFaults.IsOne(failure) && !cancellationToken.IsCancellationRequested)
        {
            // A pod that begins or ends does not listen; the next order comes in a second.
            return ApiFaults.Describe(failure, Limit);
        }
    }

    private DrillOrders OrdersOf(string pod, Running run)
    {
        var lived = time.GetUtcNow() - run.Since;
        return new()
        {
            Ready = run.Plan.ReadyAfter <= lived,
            Metrics = traffic.Scrape(ns, pod, ExpositionFormat.Text),
            Exit = !(run.Plan.EndsAfter <= lived) ? null : run.Plan.OutOfMemory ? DrillExit.OutOfMemory : DrillExit.Crash,
        };
    }

    private void Take(JsonObject pod)
    {
        lock (gate)
        {
            var (name, now) = (Kube.Name(pod), time.GetUtcNow());
            var container = pod["status"]?["containerStatuses"]?[0];
            var start = container?["state"]?["running"] is { } state ? $"{Kube.Count(container["restartCount"])} {Kube.Text(state["startedAt"])}" : null;
            var known = running.GetValueOrDefault(name);
            if (known is not null && known.Start != start)
            {
                traffic.Ended(pod, now);
                running.TryRemove(name, out _);
                known = null;
            }

            if (known is null && start is not null && traffic.Start(pod, now) is ContainerRun.Runs plan)
            {
                running[name] = known = new(start, now, plan);
            }

            var serves = !Kube.IsDeleting(pod) && Kube.Text(Kube.Condition(pod["status"], "Ready")?["status"]) == "True";
            if (known is not null && known.Serves != serves)
            {
                known.Serves = serves;
                Serve(pod, serves, now);
            }
        }
    }

    private void Serve(JsonObject pod, bool serves, DateTimeOffset now)
    {
        if (serves)
        {
            traffic.Ready(pod, now);
        }
        else
        {
            traffic.Leaving(pod, now);
        }
    }

    private void Remove(JsonObject pod)
    {
        lock (gate)
        {
            running.TryRemove(Kube.Name(pod), out _);
            traffic.Gone(pod, time.GetUtcNow());
        }
    }

    private sealed class Running(string start, DateTimeOffset since, ContainerRun.Runs plan)
    {
        public string Start => start;

        public DateTimeOffset Since => since;

        public ContainerRun.Runs Plan => plan;

        public bool Serves { get; set; }
    }
}
