using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>The recordings of a real API server, which lie beside the checkout.</summary>
internal static class Recordings
{
    public static string? Folder { get; } = Find();

    public static IReadOnlyList<JsonObject> Read(string name)
    {
        if (Folder is null)
        {
            Assert.Ignore("The recordings are not beside this checkout.");
        }

        return [.. File.ReadLines(Path.Combine(Folder!, name + ".jsonl")).Select(l => (JsonObject)JsonNode.Parse(l)!)];
    }

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Guardrail.sln")))
            {
                var folder = Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "kubernetes-recordings"));
                return Directory.Exists(folder) ? folder : null;
            }
        }

        return null;
    }
}
