using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Traffic.Faults;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Guardrail.Testing.Cluster;

/// <summary>
/// One Deployment on a real control plane, whose pods live in this process: it binds them to a node object of its own, makes them ready,
/// lets them go, and serves their metrics under traffic. For clusters in which no kubelet runs. Everything is in a namespace of its own.
/// </summary>
public sealed class RealClusterPods : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly k8s.Kubernetes client;
    private readonly PodTrafficTable pods;
    private readonly PodMetricsEndpoint metrics;
    private readonly TimeSpan readyAfter;
    private readonly CancellationTokenSource ending = new();
    private Task loop = Task.CompletedTask;

    private RealClusterPods(k8s.Kubernetes client, PodTrafficTable pods, PodMetricsEndpoint metrics, string space, TimeSpan readyAfter)
    {
        (this.client, this.pods, this.metrics, this.readyAfter) = (client, pods, metrics, readyAfter);
        Namespace = space;
        Node = space + "-node";
    }

    /// <summary>Name of the Deployment.</summary>
    public static string Deployment => "checkout";

    /// <summary>The namespace; made for this and deleted with it.</summary>
    public string Namespace { get; }

    /// <summary>The list of pods for Prometheus' <c>http_sd_configs</c>.</summary>
    public Uri TargetsUri => metrics.TargetsUri;

    /// <summary>Faults when the pods could not be kept up.</summary>
    public Task Completion => loop;

    private string Node { get; }

    /// <summary>Makes namespace, node and Deployment, and waits until its pods are available.</summary>
    /// <param name="kubeconfig">Kubeconfig of an administrator.</param>
    /// <param name="image">First image.</param>
    /// <param name="behaviours">How revisions behave, by image; others are healthy.</param>
    /// <param name="readyAfter">From a pod's start until it is ready.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<RealClusterPods> StartAsync(
        string kubeconfig,
        string image,
        ImmutableDictionary<string, RevisionBehaviour> behaviours,
        TimeSpan readyAfter,
        CancellationToken cancellationToken)
    {
        var client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        var table = new PodTrafficTable(behaviours, TimeProvider.System);
        var metrics = await PodMetricsEndpoint.StartAsync(table, 0, cancellationToken);
        var space = "guardrail-e2e-" + Guid.NewGuid().ToString("n")[..8];
        var made = new RealClusterPods(client, table, metrics, space, readyAfter);
        try
        {
            await made.CreateAsync(image, cancellationToken);
            made.loop = Task.Run(made.KeepAsync, CancellationToken.None);
            await made.UntilAsync(d => d.Status.AvailableReplicas == d.Spec.Replicas, cancellationToken);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>The Deployment now.</summary>
    public Task<V1Deployment> ReadAsync(CancellationToken cancellationToken) =>
        client.AppsV1.ReadNamespacedDeploymentAsync(Deployment, Namespace, cancellationToken: cancellationToken);

    /// <summary>Its ReplicaSets now.</summary>
    public async Task<IList<V1ReplicaSet>> ReplicaSetsAsync(CancellationToken cancellationToken) =>
        (await client.AppsV1.ListNamespacedReplicaSetAsync(Namespace, cancellationToken: cancellationToken)).Items;

    /// <summary>Events in the namespace, by reason.</summary>
    public async Task<IReadOnlyList<string>> EventReasonsAsync(CancellationToken cancellationToken) =>
        [.. (await client.EventsV1.ListNamespacedEventAsync(Namespace, cancellationToken: cancellationToken)).Items.Select(e => e.Reason)];

    /// <summary>Changes the Deployment by a strategic merge patch, as kubectl does.</summary>
    public Task PatchAsync(string patch, CancellationToken cancellationToken) => client.AppsV1.PatchNamespacedDeploymentAsync(
        new V1Patch(patch, V1Patch.PatchType.StrategicMergePatch), Deployment, Namespace, cancellationToken: cancellationToken);

    /// <summary>Sets the image.</summary>
    public Task DeployAsync(string image, CancellationToken cancellationToken) => PatchAsync(
        $$$"""{"spec":{"template":{"spec":{"containers":[{"name":"{{{Deployment}}}","image":"{{{image}}}"}] } } } }""", cancellationToken);

    /// <summary>Waits until the Deployment fits.</summary>
    public async Task<V1Deployment> UntilAsync(Func<V1Deployment, bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = await ReadAsync(cancellationToken);
            if (fits(now))
            {
                return now;
            }

            if (loop.IsFaulted)
            {
                await loop;
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Deletes what was made.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // The Deployment goes first, while somebody still lets its pods go: then the namespace has nothing to wait for.
            await IgnoringMissingAsync(() => client.AppsV1.DeleteNamespacedDeploymentAsync(Deployment, Namespace, propagationPolicy: "Background"));
            await ending.CancelAsync();
            await loop;
            await IgnoringMissingAsync(() => client.CoreV1.DeleteCollectionNamespacedPodAsync(Namespace, gracePeriodSeconds: 0));
            await IgnoringMissingAsync(() => client.CoreV1.DeleteNamespaceAsync(Namespace));
            await IgnoringMissingAsync(() => client.CoreV1.DeleteNodeAsync(Node));
        }
        finally
        {
            await metrics.DisposeAsync();
            client.Dispose();
            ending.Dispose();
        }
    }

    private static async Task IgnoringMissingAsync(Func<Task> request)
    {
        try
        {
            await request();
        }
        catch (HttpOperationException fault) when (fault.Response.StatusCode is System.Net.HttpStatusCode.NotFound
            or System.Net.HttpStatusCode.Conflict)
        {
            // It is gone already, or on its way.
        }
    }

    private async Task CreateAsync(string image, CancellationToken cancellationToken)
    {
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new() { Name = Namespace } }, cancellationToken: cancellationToken);
        await client.CoreV1.CreateNodeAsync(new V1Node { Metadata = new() { Name = Node } }, cancellationToken: cancellationToken);
        var labels = new Dictionary<string, string> { ["app"] = Deployment };
        await client.AppsV1.CreateNamespacedDeploymentAsync(
            new V1Deployment
            {
                Metadata = new() { Name = Deployment, Labels = labels },
                Spec = new()
                {
                    Replicas = 6,
                    Selector = new() { MatchLabels = labels },
                    Template = new()
                    {
                        Metadata = new() { Labels = labels },
                        Spec = new()
                        {
                            AutomountServiceAccountToken = false,
                            TerminationGracePeriodSeconds = 0,
                            // The node has no kubelet, which others may have marked it with.
                            Tolerations = [new() { OperatorProperty = "Exists" }],
                            Containers = [new() { Name = Deployment, Image = image }],
                        },
                    },
                },
            },
            Namespace,
            cancellationToken: cancellationToken);
    }

    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                var list = await client.CoreV1.ListNamespacedPodAsync(Namespace, cancellationToken: ending.Token);
                pods.Keep(list.Items.Select(p => p.Metadata.Name).ToHashSet(StringComparer.Ordinal));
                foreach (var pod in list.Items)
                {
                    await IgnoringMissingAsync(() => StepAsync(pod));
                }

                await Task.Delay(Look, TimeProvider.System, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task StepAsync(V1Pod pod)
    {
        var name = pod.Metadata.Name;
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            pods.Remove(name);
            await client.CoreV1.DeleteNamespacedPodAsync(name, Namespace, gracePeriodSeconds: 0, cancellationToken: ending.Token);
        }
        else if (pod.Spec.NodeName is null)
        {
            var target = new V1ObjectReference { ApiVersion = "v1", Kind = "Node", Name = Node };
            await client.CoreV1.CreateNamespacedPodBindingAsync(
                new V1Binding { Metadata = new() { Name = name }, Target = target }, name, Namespace, cancellationToken: ending.Token);
        }
        else if (pods.StartedAt(name) is not { } started)
        {
            pods.Start(Namespace, name, pod.Metadata.Labels["pod-template-hash"], pod.Spec.Containers[0].Image);
            var port = metrics.Address.Port.ToString(CultureInfo.InvariantCulture);
            var path = PodMetricsEndpoint.PathOf(Namespace, name);
            await client.CoreV1.PatchNamespacedPodAsync(
                Merge($$$"""{"metadata":{"annotations":{"prometheus.io/port":"{{{port}}}","prometheus.io/path":"{{{path}}}"} } }"""),
                name,
                Namespace,
                cancellationToken: ending.Token);
            await SetStatusAsync(pod, ready: false);
        }
        else if (!pods.IsReady(name) && TimeProvider.System.GetUtcNow() - started >= readyAfter)
        {
            await SetStatusAsync(pod, ready: true);
            pods.Ready(name);
        }
    }

    private Task<V1Pod> SetStatusAsync(V1Pod pod, bool ready)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var (state, container) = (ready ? "True" : "False", pod.Spec.Containers[0]);
        var patch = $$$"""
            {"status":{"phase":"Running","podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"hostIP":"127.0.0.1","startTime":"{{{now}}}",
             "conditions":[{"type":"Initialized","status":"True","lastTransitionTime":"{{{now}}}"},
              {"type":"PodScheduled","status":"True","lastTransitionTime":"{{{now}}}"},
              {"type":"ContainersReady","status":"{{{state}}}","lastTransitionTime":"{{{now}}}"},
              {"type":"Ready","status":"{{{state}}}","lastTransitionTime":"{{{now}}}"}],
             "containerStatuses":[{"name":"{{{container.Name}}}","image":"{{{container.Image}}}","imageID":"","ready":{{{(ready ? "true" : "false")}}},
              "restartCount":0,"started":true,"state":{"running":{"startedAt":"{{{now}}}"} } }] } }
            """;
        return client.CoreV1.PatchNamespacedPodStatusAsync(Merge(patch), pod.Metadata.Name, Namespace, cancellationToken: ending.Token);
    }

    private static V1Patch Merge(string text) => new(text, V1Patch.PatchType.MergePatch);
}
