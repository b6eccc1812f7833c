using System.Text.Json;

namespace Guardrail.Kubernetes.Tests;

/// <summary>What a real API server answered, from the folder of recordings beside the checkout.</summary>
internal static class Recordings
{
    private static readonly Lazy<string> Folder = new(Find);

    /// <summary>The records of a file.</summary>
    public static IReadOnlyList<JsonElement> Read(string name) =>
        [.. File.ReadLines(Path.Combine(Folder.Value, name + ".jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    /// <summary>Every event of the watches of a file, with the resource, in order of arrival.</summary>
    public static IReadOnlyList<(long AtMs, string Plural, JsonElement Event)> Events(string name) =>
    [
        .. Read(name).Where(record => record.TryGetProperty("watch", out _)).SelectMany(
            record => record.GetProperty("events").EnumerateArray().Select(one => (
                one.GetProperty("atMs").GetInt64(),
                record.GetProperty("watch").GetString()!.Split('?')[0].Split('/')[^1],
                one.GetProperty("event")))).OrderBy(one => one.Item1),
    ];

    /// <summary>The request whose note begins so, or whose method and body are such.</summary>
    public static JsonElement Request(string name, Func<JsonElement, bool> matches) =>
        Read(name).First(record => record.TryGetProperty("method", out _) && matches(record));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
            {
                return Path.Combine(folder.FullName, "..", "shared", "kubernetes-recordings");
            }
        }

        throw new DirectoryNotFoundException("The tests do not run from within a checkout.");
    }
}
