using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Watching;

/// <summary>Lists a collection page by page.</summary>
internal static class ResourceList
{
    /// <summary>All objects and the version to watch from.</summary>
    /// <exception cref="ApiException">The server answered with an error, among them 410 when the pages' version is gone.</exception>
    public static async Task<(ImmutableArray<T> Items, string Version)> ReadAsync<T>(
        ApiClient api, ResourcePath path, Func<JsonElement, T> reader, WatchOptions options, CancellationToken cancellationToken)
        where T : class
    {
        var items = ImmutableArray.CreateBuilder<T>();
        string? next = null;
        while (true)
        {
            using var limit = new CancellationTokenSource(options.RequestLimit, options.TimeProvider);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var page = await api.SendAsync(HttpMethod.Get, path.ListQuery(options.PageSize, next), null, both.Token);
            foreach (var item in page.RootElement.Items("items"))
            {
                items.Add(reader(item));
            }

            var metadata = page.RootElement.Field("metadata");
            if (metadata.Text("continue") is { Length: > 0 } more)
            {
                next = more;
                continue;
            }

            return metadata.Text("resourceVersion") is { Length: > 0 } version
                ? (items.DrainToImmutable(), version)
                : throw new JsonException($"The list of {path} has no resourceVersion.");
        }
    }
}
