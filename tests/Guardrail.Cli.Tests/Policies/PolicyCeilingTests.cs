using System.Text.Json.Nodes;
using Guardrail.Cli.Policies;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Definitions;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Cli.Tests.Policies;

/// <summary>How a check of policies knows what Guardrail may do: from what the daemon has written into the status of others.</summary>
[CancelAfter(20_000)]
internal sealed class PolicyCeilingTests
{
    private EmbeddedApiServer server = null!;
    private KubernetesConnection connection = null!;
    private string kubeconfig = null!;

    [SetUp]
    public async Task Start()
    {
        server = await EmbeddedApiServer.StartAsync(new ObjectStore(TimeProvider.System, new Random(1)));
        kubeconfig = Path.GetTempFileName();
        server.WriteKubeconfig(kubeconfig);
        connection = KubernetesConnection.Create(kubeconfig, null);
    }

    [TearDown]
    public async Task Stop()
    {
        connection.Dispose();
        File.Delete(kubeconfig);
        await server.DisposeAsync();
    }

    [Test]
    public async Task A_namespace_has_the_ceiling_that_its_policies_tell_and_none_where_none_does(CancellationToken cancellationToken)
    {
        foreach (var definition in ResourceDefinitions.Names)
        {
            await ResourceDefinitions.ApplyAsync(connection.Api, definition, TimeProvider.System, cancellationToken);
        }

        await MakeAsync("shop", "new", null, cancellationToken);
        await MakeAsync("shop", "told", Autonomy.Veto, cancellationToken);
        await MakeAsync("other", "unseen", null, cancellationToken);

        Assert.That(await ReadAsync(cancellationToken), Is.EqualTo(new Dictionary<string, Autonomy> { ["shop"] = Autonomy.Veto }));
    }

    [Test]
    public async Task Where_the_cluster_knows_no_policies_or_hides_them_nothing_is_known(CancellationToken cancellationToken)
    {
        Assert.That(await ReadAsync(cancellationToken), Is.Empty, "no definitions");
        server.Faults.Inject(call => call.Resource == "guardrailpolicies", new ApiFault.Answer(403, "Forbidden", "no"));
        Assert.That(await ReadAsync(cancellationToken), Is.Empty, "not allowed");
    }

    private async Task<IReadOnlyDictionary<string, Autonomy>> ReadAsync(CancellationToken cancellationToken) =>
        await PolicyCeilings.ReadAsync(new PolicyStore(connection.Api, TimeProvider.System), ["shop", "shop", "other"], cancellationToken);

    private async Task MakeAsync(string ns, string name, Autonomy? ceiling, CancellationToken cancellationToken)
    {
        if (!server.Store.TryGet(ResourceTypes.Namespaces, null, ns, out _))
        {
            server.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } });
        }

        var path = $"apis/guardrail.dev/v1alpha1/namespaces/{ns}/guardrailpolicies";
        using var content = new StringContent(
            $$$"""{"apiVersion": "guardrail.dev/v1alpha1", "kind": "GuardrailPolicy", "metadata": {"name": "{{{name}}}", "namespace": "{{{ns}}}"}}""",
            System.Text.Encoding.UTF8, "application/json");
        using var made = await connection.Api.SendAsync(HttpMethod.Post, path, content, cancellationToken);
        if (ceiling is not null)
        {
            await new PolicyStore(connection.Api, TimeProvider.System)
                .WriteStatusAsync(PolicyResource.Read(made.RootElement), new() { AutonomyCeiling = ceiling }, cancellationToken);
        }
    }
}
