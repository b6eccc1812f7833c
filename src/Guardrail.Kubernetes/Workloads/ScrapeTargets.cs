using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>
/// Where a pod serves its metrics, by the annotations prometheus.io/scrape, /port, /path and /scheme, or by a container port named
/// <c>metrics</c>, <c>http-metrics</c> or <c>prometheus</c>.
/// </summary>
internal static class ScrapeTargets
{
    public static ScrapeTarget? Of(JsonElement pod)
    {
        var annotations = pod.Field("metadata").Field("annotations");
        if (annotations.Text("prometheus.io/scrape") == "false"
            || !IPAddress.TryParse(pod.Field("status").Text("podIP"), out var address)
            || Port(pod, annotations.Text("prometheus.io/port")) is not { } port)
        {
            return null;
        }

        var scheme = annotations.Text("prometheus.io/scheme") ?? "http";
        var path = annotations.Text("prometheus.io/path") ?? "/metrics";
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        var text = string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{port}/{path.TrimStart('/')}");
        return scheme is "http" or "https" && Uri.TryCreate(text, UriKind.Absolute, out var target) ? new ScrapeTarget(target) : null;
    }

    private static int? Port(JsonElement pod, string? annotation)
    {
        if (annotation is not null)
        {
            return int.TryParse(annotation, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
                ? port : null;
        }

        foreach (var container in pod.Field("spec").Items("containers"))
        {
            foreach (var port in container.Items("ports"))
            {
                if (port.Text("name") is "metrics" or "http-metrics" or "prometheus")
                {
                    return (int?)port.Number("containerPort");
                }
            }
        }

        return null;
    }
}
