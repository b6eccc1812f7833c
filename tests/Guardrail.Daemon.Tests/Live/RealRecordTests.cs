using System.Text;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Definitions;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Guardrail.Daemon.Tests.Live;

/// <summary>Old records make room on a real API server.</summary>
[Explicit("Needs a cluster: set GUARDRAIL_TEST_KUBECONFIG to its kubeconfig (administrator).")]
[Category("Cluster")]
[CancelAfter(60_000)]
internal sealed class RealRecordTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Of_a_workload_s_ended_rollouts_the_newest_stay_and_the_one_that_goes_on(CancellationToken cancellationToken)
    {
        using var connection = KubernetesConnection.Create(
            Environment.GetEnvironmentVariable("GUARDRAIL_TEST_KUBECONFIG") ?? throw new InvalidOperationException("Set GUARDRAIL_TEST_KUBECONFIG."), null);
        var space = "guardrail-" + Guid.NewGuid().ToString("n")[..8];
        using (var body = new StringContent($$"""{"metadata":{"name":"{{space}}"} }""", Encoding.UTF8, "application/json"))
        {
            using var made = await connection.Api.SendAsync(HttpMethod.Post, "api/v1/namespaces", body, cancellationToken);
        }

        foreach (var name in ResourceDefinitions.Names)
        {
            await ResourceDefinitions.ApplyAsync(connection.Api, name, TimeProvider.System, cancellationToken);
        }

        var store = new RecordStore(connection.Api, TimeProvider.System);
        await ServedAsync(store, space, cancellationToken);
        var workload = new WorkloadId(space, WorkloadKind.Deployment, "checkout");
        foreach (var number in Enumerable.Range(1, 4))
        {
            using var file = new RecordFile(store, TimeProvider.System, new(workload, new("6f7d"), new($"58c{number}"), number), "u-1", "shop", null);
            file.Edit(status => number == 1 ? status : status.Ended(RolloutOutcome.Healthy, Start.AddMinutes(number), "well"));
            await file.WriteAsync(cancellationToken);
        }

        await new RecordPruner(store, NullLogger<RecordPruner>.Instance).PruneAsync(workload, 2, cancellationToken);
        Assert.That(
            (await store.ListAsync(workload, cancellationToken)).Select(r => r.Spec.To), Is.EquivalentTo(new[] { "58c1", "58c3", "58c4" }),
            "the first goes on");
        using var deleted = await connection.Api.SendAsync(HttpMethod.Delete, $"api/v1/namespaces/{space}", null, CancellationToken.None);
    }

    /// <summary>A definition that was just made is served a moment later.</summary>
    private static async Task ServedAsync(RecordStore store, string space, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await store.ProbeAsync(space, cancellationToken);
                return;
            }
            catch (ApiException fault) when (fault.Code == 404 || fault.IsTransient)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }
}
