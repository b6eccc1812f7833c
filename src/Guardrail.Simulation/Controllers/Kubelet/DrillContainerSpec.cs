using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Pods;

namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>What a container that runs <c>drill-pod</c> asks for.</summary>
/// <param name="Token">The drill's token; null when its variable has no value.</param>
/// <param name="Listen">Where it serves.</param>
/// <param name="Service">Service that it plays.</param>
/// <param name="Revision">Revision that it plays.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Probe">What is asked for its readiness; null when nothing is.</param>
/// <param name="Period">Time between two probes.</param>
/// <param name="Failures">Failed probes in a row after which it is no longer ready.</param>
internal sealed record DrillContainerSpec(
    string? Token, IPEndPoint Listen, string Service, string Revision, string Namespace, Uri? Probe, TimeSpan Period, int Failures)
{
    /// <summary>The container of a pod that runs the command; null when there is none.</summary>
    public static JsonObject? Find(JsonObject pod) =>
        (pod["spec"]?["containers"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(c => Words(c).Take(2).Contains(DrillPodOptions.Command));

    /// <summary>Reads it.</summary>
    public static DrillContainerSpec Read(JsonObject container, string ns, IPAddress address, ObjectStore store)
    {
        var listen = IPEndPoint.TryParse(Option(container, "--listen"), out var given) ? given.Port : 8080;
        var probe = container["readinessProbe"];
        return new DrillContainerSpec(
            Variable(container, DrillPodOptions.TokenVariable, ns, store),
            new IPEndPoint(address, listen),
            Option(container, "--service"),
            Option(container, "--revision"),
            ns,
            probe?["httpGet"] is { } get
                ? new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address}:{Port(container, get["port"])}/{Kube.Text(get["path"]).TrimStart('/')}"))
                : null,
            TimeSpan.FromSeconds((double?)probe?["periodSeconds"] ?? 10),
            (int?)probe?["failureThreshold"] ?? 3);
    }

    private static IEnumerable<string> Words(JsonObject container) =>
        new[] { "command", "args" }.SelectMany(f => container[f] as JsonArray ?? []).Select(Kube.Text);

    private static string Option(JsonObject container, string name)
    {
        string[] words = [.. Words(container)];
        var at = Array.IndexOf(words, name);
        return at >= 0 && at + 1 < words.Length ? words[at + 1]
            : words.FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
    }

    private static string? Variable(JsonObject container, string name, string ns, ObjectStore store)
    {
        var variable = (container["env"] as JsonArray)?.FirstOrDefault(v => Kube.Text(v?["name"]) == name);
        var source = variable?["valueFrom"];
        return variable?["value"] is { } value ? Kube.Text(value)
            : source?["secretKeyRef"] is { } secret ? Data(ResourceTypes.Secrets, secret) is { } packed
                ? Encoding.UTF8.GetString(Convert.FromBase64String(packed))
                : null
            : source?["configMapKeyRef"] is { } map ? Data(ResourceTypes.ConfigMaps, map)
            : null;

        string? Data(ResourceType type, JsonNode reference) =>
            store.TryGet(type, ns, Kube.Text(reference["name"]), out var held) ? (string?)held["data"]?[Kube.Text(reference["key"])] : null;
    }

    private static int Port(JsonObject container, JsonNode? port) => port?.GetValueKind() == System.Text.Json.JsonValueKind.Number
        ? (int)port
        : (int?)(container["ports"] as JsonArray)?.FirstOrDefault(p => Kube.Text(p?["name"]) == Kube.Text(port))?["containerPort"] ?? 80;
}
