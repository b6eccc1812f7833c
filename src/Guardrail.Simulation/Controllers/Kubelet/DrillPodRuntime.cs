using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>
/// Runs the pods of a drill in this process: each serves on its own loopback address, and is probed as its spec says. Other pods are left
/// to another runtime.
/// </summary>
internal sealed class DrillPodRuntime(IPodRuntime others, ObjectStore store, TimeProvider time) : IPodRuntime, IAsyncDisposable
{
    private static int addresses;
    private readonly Dictionary<string, DrillContainer> containers = [];
    private readonly List<Task> ending = [];

    public IEnumerable<KeyValuePair<string, string>> Annotations(JsonObject pod) => DrillContainerSpec.Find(pod) is null ? others.Annotations(pod) : [];

    public ContainerRun Start(JsonObject pod, DateTimeOffset at)
    {
        if (DrillContainerSpec.Find(pod) is not { } found)
        {
            return others.Start(pod, at);
        }

        var uid = Kube.Uid(pod);
        if (!containers.TryGetValue(uid, out var container))
        {
            containers[uid] = container = new DrillContainer(NextAddress(), time);
        }

        var spec = DrillContainerSpec.Read(found, Kube.Key(pod).Namespace, container.Address, store);
        return new ContainerRun.Lives(container.Address.ToString(), voice => container.Begin(spec, voice));
    }

    public void Ready(JsonObject pod, DateTimeOffset at) => Others(pod)?.Ready(pod, at);

    public void Ended(JsonObject pod, DateTimeOffset at)
    {
        containers.GetValueOrDefault(Kube.Uid(pod))?.Stop();
        Others(pod)?.Ended(pod, at);
    }

    public void Leaving(JsonObject pod, DateTimeOffset at)
    {
        containers.GetValueOrDefault(Kube.Uid(pod))?.Stop();
        Others(pod)?.Leaving(pod, at);
    }

    public void Gone(JsonObject pod, DateTimeOffset at)
    {
        if (containers.Remove(Kube.Uid(pod), out var container))
        {
            ending.RemoveAll(t => t.IsCompleted);
            ending.Add(container.DisposeAsync().AsTask());
        }

        Others(pod)?.Gone(pod, at);
    }

    /// <summary>Stops all of them.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(ending.Concat(containers.Values.Select(c => c.DisposeAsync().AsTask())));

    private static IPAddress NextAddress()
    {
        // Processes that run side by side take addresses of different networks.
        var network = 20 + (Environment.ProcessId % 200);
        var number = Interlocked.Increment(ref addresses);
        return IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.{network}.{number / 250 % 250}.{1 + (number % 250)}"));
    }

    private IPodRuntime? Others(JsonObject pod) => DrillContainerSpec.Find(pod) is null ? others : null;
}
