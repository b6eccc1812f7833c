using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Controllers.Loop;

/// <summary>Writes core/v1 Events as the real controllers do, for people and dashboards.</summary>
internal sealed class EventRecorder(ObjectStore store, TimeProvider time, bool enabled)
{
    private long last;

    public void Normal(JsonObject about, string component, string reason, string message)
    {
        if (!enabled)
        {
            return;
        }

        var now = time.GetUtcNow();
        last = Math.Max(last + 1, (now - DateTimeOffset.UnixEpoch).Ticks * 100);
        var ns = Kube.Key(about).Namespace;
        store.Create(ResourceTypes.Events, ns, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = Kube.Name(about) + "." + last.ToString("x16", CultureInfo.InvariantCulture),
                ["namespace"] = ns,
            },
            ["involvedObject"] = new JsonObject
            {
                ["kind"] = Kube.Text(about["kind"]),
                ["namespace"] = ns,
                ["name"] = Kube.Name(about),
                ["uid"] = Kube.Uid(about),
                ["apiVersion"] = Kube.Text(about["apiVersion"]),
                ["resourceVersion"] = Kube.Text(about["metadata"]?["resourceVersion"]),
            },
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = new JsonObject { ["component"] = component },
            ["firstTimestamp"] = Kube.Time(now),
            ["lastTimestamp"] = Kube.Time(now),
            ["count"] = 1,
            ["type"] = "Normal",
            ["reportingComponent"] = component,
            ["reportingInstance"] = "",
        });
    }
}
