using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Sends the requests of a recording to an embedded server and tells where the answers differ.</summary>
/// <remarks>Uids and versions of the recording are translated; what controllers wrote in the recording is imitated or left out.</remarks>
internal sealed partial class Replay : IAsyncDisposable
{
    private readonly Dictionary<string, string> uids = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, string> versions = [];

    private Replay(EmbeddedApiServer server, FakeTimeProvider time)
    {
        Server = server;
        Time = time;
        Client = new HttpClient { BaseAddress = server.Address };
        Client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("recorder", "1"));
    }

    public EmbeddedApiServer Server { get; }

    public FakeTimeProvider Time { get; }

    public HttpClient Client { get; }

    public static async Task<Replay> StartAsync(IReadOnlyList<JsonObject> lines)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero));
        var store = new ObjectStore(time, new Random(7));
        foreach (var ns in lines.Select(l => Namespace().Match((string?)l["path"] ?? "").Groups[1].Value).Distinct()
            .Where(n => n.Length > 0 && n is not ("no-such-ns" or "default")))
        {
            store.Create(ResourceTypes.Namespaces, null, Samples.Named(ns));
            var ca = Samples.Named("kube-root-ca.crt");
            ca["metadata"]!["annotations"] = new JsonObject { ["kubernetes.io/description"] = "x" };
            ca["data"] = new JsonObject { ["ca.crt"] = "x" };
            store.Create(ResourceTypes.ConfigMaps, ns, ca);
        }

        store.Compact();
        return new Replay(await EmbeddedApiServer.StartAsync(store), time);
    }

    /// <summary>Sends one request; null when the answers agree, else what differs.</summary>
    public async Task<string?> SendAsync(JsonObject line)
    {
        using var message = new HttpRequestMessage(new HttpMethod((string)line["method"]!), Translate((string)line["path"]!));
        foreach (var (key, value) in (JsonObject)line["requestHeaders"]!)
        {
            if (key == "accept")
            {
                message.Headers.TryAddWithoutValidation("Accept", (string?)value);
            }
        }

        if (line.ContainsKey("requestBody"))
        {
            var body = line["requestBody"] is JsonValue text && text.GetValueKind() == JsonValueKind.String
                ? text.GetValue<string>()
                : line["requestBody"]!.ToJsonString();
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Translate(body)));
            if ((string?)line["requestHeaders"]!["content-type"] is { } type)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        using var response = await Client.SendAsync(message);
        var actualText = await response.Content.ReadAsStringAsync();
        var expected = line["responseBody"];
        var actual = actualText.StartsWith('{') ? JsonNode.Parse(actualText) : JsonValue.Create(actualText);
        Learn(expected, actual);
        ImitateController(line, response.IsSuccessStatusCode);
        return Difference((int)line["status"]!, expected, (int)response.StatusCode, actual);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>In the recordings the deployment controller wrote after each write, which made versions stale.</summary>
    private void ImitateController(JsonObject line, bool succeeded)
    {
        var match = DeploymentPath().Match((string)line["path"]!);
        if (!match.Success || !succeeded || (string)line["method"]! is "GET" or "DELETE")
        {
            return;
        }

        foreach (var item in Server.Store.List(ResourceTypes.Deployments, match.Groups[1].Value).Items)
        {
            Server.Store.Modify(
                ResourceTypes.Deployments, match.Groups[1].Value, (string)item["metadata"]!["name"]!,
                copy =>
                {
                    Samples.Annotate(copy, "deployment.kubernetes.io/revision", "1");
                    copy["status"] = new JsonObject { ["observedGeneration"] = (long)copy["metadata"]!["generation"]! };
                    return true;
                },
                "status");
        }
    }

    private static string? Difference(int status, JsonNode? expected, int actualStatus, JsonNode? actual)
    {
        if (status != actualStatus)
        {
            return $"status {status} became {actualStatus}: {actual?.ToJsonString()}";
        }

        if ((string?)(expected as JsonObject)?["kind"] == "Status")
        {
            return StatusDifference(expected!, actual);
        }

        if (expected is not JsonObject)
        {
            return expected?.ToString() == actual?.ToString() ? null : $"'{expected}' became '{actual}'";
        }

        var wanted = Shape(expected);
        var got = Shape(actual);
        var missing = wanted.Except(got).ToArray();
        var extra = got.Except(wanted).ToArray();
        return missing.Length + extra.Length == 0 ? null : $"missing [{string.Join(", ", missing)}], extra [{string.Join(", ", extra)}]";
    }

    private static string? StatusDifference(JsonNode expected, JsonNode? actual)
    {
        foreach (var key in new[] { "status", "reason", "code", "message" })
        {
            if (Neutral(expected[key]) != Neutral(actual?[key]))
            {
                return $"{key}: '{Neutral(expected[key])}' became '{Neutral(actual?[key])}'";
            }
        }

        return Causes(expected).SetEquals(Causes(actual)) ? null : $"details became {actual?["details"]?.ToJsonString()}";
    }

    private static HashSet<string> Causes(JsonNode? status)
    {
        var details = status?["details"] as JsonObject;
        var all = new HashSet<string>(StringComparer.Ordinal) { details is null ? "none" : "some" };
        foreach (var (key, value) in details ?? [])
        {
            if (value is JsonArray list)
            {
                all.UnionWith(list.Select(c => Neutral(c)));
            }
            else
            {
                all.Add($"{key}={Neutral(value)}");
            }
        }

        return all;
    }

    /// <summary>Text without uids, versions and quoted objects.</summary>
    private static string Neutral(JsonNode? node)
    {
        var text = node switch
        {
            null => "",
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            _ => Regex.Unescape(node.ToJsonString().Replace("\\\\", "", StringComparison.Ordinal)),
        };
        text = Uid().Replace(text, "<uid>");
        text = ResourceVersionWords().Replace(text, "$1<n>");
        text = QuotedObject().Replace(text, "Invalid value: <object>$1");
        return Causes().Replace(text, m => m.Value.Contains('[', StringComparison.Ordinal)
            ? string.Join(", ", m.Value.Split(", ").Select(p => p.Trim('[', ']', '"')).Order(StringComparer.Ordinal)) : m.Value);
    }

    private static HashSet<string> Shape(JsonNode? node)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        Walk(node, "", paths, (string?)(node as JsonObject)?["kind"] ?? "");
        return paths;
    }

    private static void Walk(JsonNode? node, string path, HashSet<string> paths, string kind)
    {
        var written = path.EndsWith(".managedFields", StringComparison.Ordinal)
            || path.Contains("deployment.kubernetes.io", StringComparison.Ordinal)
            || (kind.StartsWith("Deployment", StringComparison.Ordinal) && path.EndsWith("status", StringComparison.Ordinal))
            || path.EndsWith(".description", StringComparison.Ordinal);
        if (written)
        {
            return;
        }

        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    Walk(value, $"{path}.{key}", paths, kind);
                }

                if (map.Count == 0)
                {
                    paths.Add(path + "{}");
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Walk(item, path + "[]", paths, kind);
                }

                if (list.Count == 0)
                {
                    paths.Add(path + "[]");
                }

                break;
            default:
                paths.Add($"{path}:{Type(node)}");
                break;
        }
    }

    private static string Type(JsonNode? node) => (node?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        var other => other.ToString(),
    };

    private void Learn(JsonNode? expected, JsonNode? actual)
    {
        switch (expected, actual)
        {
            case (JsonObject was, JsonObject now):
                foreach (var (key, value) in was)
                {
                    if (key is "uid" or "continue" && (string?)value is { Length: > 0 } uid && (string?)now[key] is { } mine)
                    {
                        uids[uid] = mine;
                    }
                    else if (key == "resourceVersion" && (string?)now[key] is { } version)
                    {
                        versions[long.Parse((string)value!, CultureInfo.InvariantCulture)] = version;
                    }
                    else
                    {
                        Learn(value, now[key]);
                    }
                }

                break;
            case (JsonArray was, JsonArray now):
                for (var i = 0; i < Math.Min(was.Count, now.Count); i++)
                {
                    Learn(was[i], now[i]);
                }

                break;
        }
    }

    private string Translate(string text)
    {
        foreach (var (was, now) in uids)
        {
            text = text.Replace(was, now, StringComparison.Ordinal);
        }

        text = VersionInQuery().Replace(text, m => m.Groups[1].Value + Version(m.Groups[2].Value));
        text = VersionInBody().Replace(text, m => $"{m.Groups[1].Value}\"{Version(m.Groups[2].Value)}\"");
        return VersionInPatch().Replace(text, m => $"{m.Groups[1].Value}\"{Version(m.Groups[2].Value)}\"");
    }

    /// <summary>The version that stands for a recorded one: the same answer's, else that of the last answer before it.</summary>
    private string Version(string recorded)
    {
        var number = long.Parse(recorded, CultureInfo.InvariantCulture);
        return number is < 10 or > 900_000_000 || versions.Count == 0 || versions.Keys.First() > number
            ? recorded
            : versions.Last(v => v.Key <= number).Value;
    }

    [GeneratedRegex("/namespaces/([^/?]+)/")]
    private static partial Regex Namespace();

    [GeneratedRegex("/namespaces/([^/?]+)/deployments")]
    private static partial Regex DeploymentPath();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@"((?:precondition \(|in record \(|current: |version: ))\d+")]
    private static partial Regex ResourceVersionWords();

    [GeneratedRegex(@"(?:patch: )?Invalid value: ""\\*\{.*""(: (?:json|strict).*)$")]
    private static partial Regex QuotedObject();

    [GeneratedRegex(@"is invalid: \[.*$")]
    private static partial Regex Causes();

    [GeneratedRegex(@"(resourceVersion=)(\d+)")]
    private static partial Regex VersionInQuery();

    [GeneratedRegex(@"(""resourceVersion"":)""(\d+)""")]
    private static partial Regex VersionInBody();

    [GeneratedRegex(@"(""/metadata/resourceVersion"",""value"":)""(\d+)""")]
    private static partial Regex VersionInPatch();
}
