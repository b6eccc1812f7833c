using System.Collections.Immutable;
using System.Net;
using System.Text;
using Guardrail.Daemon.Hosting;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Definitions;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Testing.Cluster;
using k8s.Autorest;

namespace Guardrail.EndToEnd.Tests.Cluster;

/// <summary>A real API server asks the daemon, and keeps its records. It must reach this machine by 127.0.0.1.</summary>
[Explicit("Needs a cluster: set GUARDRAIL_TEST_KUBECONFIG to its kubeconfig (administrator).")]
[Category("RealCluster")]
[Category("EndToEnd")]
[CancelAfter(150_000)]
internal sealed class RealContestTests
{
    private const string First = "registry.invalid/checkout:v1";
    private const string Bad = "registry.invalid/checkout:v3-agent";
    private const string Webhooks = "apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

    [Test]
    public async Task A_return_is_refused_by_the_API_server_with_the_way_out_until_a_person_releases_it(CancellationToken cancellationToken)
    {
        using var connection = KubernetesConnection.Create(RealClusterTests.Kubeconfig, null);
        foreach (var name in ResourceDefinitions.Names)
        {
            await ResourceDefinitions.ApplyAsync(connection.Api, name, TimeProvider.System, cancellationToken);
        }

        await using var pods = await RealClusterPods.StartAsync(
            RealClusterTests.Kubeconfig, First, ImmutableDictionary<string, RevisionBehaviour>.Empty.Add(Bad, TestShop.FivePercentErrors),
            TimeSpan.FromSeconds(1.5), cancellationToken);
        var folder = Directory.CreateTempSubdirectory("guardrail-real-");
        var store = new RecordStore(connection.Api, TimeProvider.System);
        var path = Path.Combine(folder.FullName, "policy.yaml");
        await File.WriteAllTextAsync(path, PolicyText.For(pods.Namespace) + "  contest:\n    action: Refuse\n", cancellationToken);
        try
        {
            await using var daemon = await GuardedDaemon.StartAsync(
                new DaemonOptions
                {
                    PolicyPaths = [path],
                    Scrape = true,
                    Kubeconfig = RealClusterTests.Kubeconfig,
                    Listen = "127.0.0.1:0",
                    Records = RecordKeeping.Required,
                    Admission = new() { Listen = "127.0.0.1:0", Configuration = pods.Namespace },
                },
                cancellationToken);
            await PostAsync(connection, QuarantineWebhook.At(new Uri(daemon.AdmissionAddress, "/admission/quarantine"), pods.Namespace).ToJsonString());
            await daemon.AdmissionAsync(cancellationToken);
            await daemon.Decisions.UntilToldAsync(6, cancellationToken);

            await pods.DeployAsync(Bad, cancellationToken);
            await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
            var refused = await RefusedAsync(pods, cancellationToken);
            Assert.That(refused, Does.Contain("denied the request: this template of deployment/checkout is revision ").And.Match("guardrail release checkout-\\d+-[0-9a-f]{16} -n "));
            await pods.PatchAsync("""{"spec":{"replicas":5}}""", cancellationToken);

            var record = await RecordAsync(store, pods.Namespace, r => r.Status is { Outcome: RolloutOutcome.RolledBack }, cancellationToken);
            await store.AskAsync(record, new() { Id = "one", Action = RequestedAction.Release, By = "alice" }, cancellationToken);
            record = await RecordAsync(store, pods.Namespace, r => r.Status?.Request is { Id: "one" }, cancellationToken);
            Assert.That(record.Status!.Request!.State, Is.EqualTo(RequestState.Done), record.Status.Request.Message);
            await pods.DeployAsync(Bad, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
            using var deleted = await connection.Api.SendAsync(HttpMethod.Delete, $"{Webhooks}/{pods.Namespace}", null, CancellationToken.None);
        }
    }

    private static async Task PostAsync(KubernetesConnection connection, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var made = await connection.Api.SendAsync(HttpMethod.Post, Webhooks, content, CancellationToken.None);
    }

    /// <summary>The refusal of the bad release.</summary>
    private static async Task<string> RefusedAsync(RealClusterPods pods, CancellationToken cancellationToken)
    {
        var fault = (await Assert.ThrowsAsync<HttpOperationException>(() => pods.DeployAsync(Bad, cancellationToken)))!;
        Assert.That(fault.Response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), fault.Response.Content);
        return fault.Response.Content;
    }

    private static async Task<GuardedRollout> RecordAsync(
        RecordStore store, string ns, Func<GuardedRollout, bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            if ((await store.ListAllAsync(ns, cancellationToken)).FirstOrDefault(fits) is { } found)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }
    }
}
