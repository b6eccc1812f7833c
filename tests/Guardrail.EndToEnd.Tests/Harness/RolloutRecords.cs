using System.Net.Http.Headers;
using System.Text.Json;
using Guardrail.Kubernetes.Records;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>The custom resources of an embedded cluster: installs their definitions and reads the records.</summary>
internal sealed class RolloutRecords : IDisposable
{
    private const string Records = "apis/guardrail.dev/v1alpha1/namespaces/" + TestShop.Space + "/guardedrollouts";
    private readonly HttpClient http;

    private RolloutRecords(Uri server) => http = new HttpClient { BaseAddress = server };

    /// <summary>Reads records of a cluster that has the definitions.</summary>
    public static RolloutRecords Open(TestShop shop) => new(shop.Cluster.Api.Address);

    /// <summary>Installs the definitions of the chart.</summary>
    public static async Task<RolloutRecords> InstallAsync(TestShop shop, CancellationToken cancellationToken)
    {
        var records = new RolloutRecords(shop.Cluster.Api.Address);
        foreach (var file in Directory.EnumerateFiles(Folder(), "*.yaml"))
        {
            using var body = new StringContent(await File.ReadAllTextAsync(file, cancellationToken));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
            using var answer = await records.http.PostAsync(
                new Uri("apis/apiextensions.k8s.io/v1/customresourcedefinitions", UriKind.Relative), body, cancellationToken);
            Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync(cancellationToken));
        }

        return records;
    }

    /// <summary>Every record, in the order of their numbers.</summary>
    public async Task<GuardedRollout[]> ListAsync(CancellationToken cancellationToken)
    {
        using var list = JsonDocument.Parse(await http.GetStringAsync(new Uri(Records, UriKind.Relative), cancellationToken));
        return [.. list.RootElement.GetProperty("items").EnumerateArray()
            .Select(item => item.Deserialize<GuardedRollout>(RecordJson.Options)!).OrderBy(r => r.Spec.Number)];
    }

    /// <summary>Asks for something in the only record, as kubectl patch does.</summary>
    public async Task AskAsync(string id, RequestedAction action, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        await AskAsync(all.Single().Metadata.Name, id, action, cancellationToken);
    }

    /// <summary>Asks for something in a record, as kubectl patch does.</summary>
    public async Task AskAsync(string record, string id, RequestedAction action, CancellationToken cancellationToken)
    {
        using var body = new StringContent($$"""{"spec":{"request":{"id":"{{id}}","action":"{{action}}","by":"alice","reason":"INC-7"} } }""");
        body.Headers.ContentType = new MediaTypeHeaderValue("application/merge-patch+json");
        using var answer = await http.PatchAsync(new Uri($"{Records}/{record}", UriKind.Relative), body, cancellationToken);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Waits until the only record fits.</summary>
    public async Task<GuardedRollout> UntilAsync(
        TestShop shop, Func<GuardedRolloutStatus, bool> fits, string what, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var seen = shop.Cluster.Store.Version;
                var all = await ListAsync(cancellationToken);
                if (all is [{ Status: { } status } only] && fits(status))
                {
                    return only;
                }

                // Looks again when the cluster has changed anything.
                await shop.Cluster.WaitUntilAsync(() => shop.Cluster.Store.Version != seen, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            var all = await ListAsync(CancellationToken.None);
            Assert.Fail($"Waited in vain for {what}; the records are\n{string.Join('\n', all.Select(r => JsonSerializer.Serialize(r with { Status = r.Status! with { Checkpoint = null } }, RecordJson.Options)))}");
            throw;
        }
    }

    public void Dispose() => http.Dispose();

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
            {
                return Path.Combine(folder.FullName, "charts", "guardrail", "crds");
            }
        }

        throw new DirectoryNotFoundException("The tests do not run from within a checkout.");
    }
}
