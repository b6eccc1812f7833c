using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>Containers without traffic, which behave by the tag of their image: broken, crash, slow, or well.</summary>
internal class PlainRuntime(KubeletTiming timing) : IPodRuntime
{
    public virtual IEnumerable<KeyValuePair<string, string>> Annotations(JsonObject pod) => [];

    public virtual ContainerRun Start(JsonObject pod, DateTimeOffset at)
    {
        var tag = Tag(Image(pod));
        if (tag.Contains("broken", StringComparison.Ordinal))
        {
            return new ContainerRun.PullFails();
        }

        var ready = tag.Contains("slow", StringComparison.Ordinal) ? timing.ReadySlow : timing.Ready;
        return tag.Contains("crash", StringComparison.Ordinal)
            ? new ContainerRun.Runs(null, TimeSpan.FromMilliseconds(50), false)
            : new ContainerRun.Runs(ready, null, false);
    }

    public virtual void Ready(JsonObject pod, DateTimeOffset at)
    {
    }

    public virtual void Ended(JsonObject pod, DateTimeOffset at)
    {
    }

    public virtual void Leaving(JsonObject pod, DateTimeOffset at)
    {
    }

    public virtual void Gone(JsonObject pod, DateTimeOffset at)
    {
    }

    /// <summary>Image of the first container.</summary>
    protected static string Image(JsonObject pod) => Kube.Text(pod["spec"]?["containers"]?[0]?["image"]);

    private static string Tag(string image)
    {
        var at = image.LastIndexOf(':');
        return at > image.LastIndexOf('/') ? image[(at + 1)..] : "";
    }
}
