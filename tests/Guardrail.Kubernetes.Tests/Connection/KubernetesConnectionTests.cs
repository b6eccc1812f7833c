using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Tests.Watching;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Kubernetes.Tests.Connection;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(30_000)]
public sealed class KubernetesConnectionTests
{
    private const string Kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: prod
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
        users: [{name: u, user: {token: secret}}]
        contexts: [{name: prod, context: {cluster: c, user: u, namespace: shop}}, {name: broken, context: {cluster: nosuch, user: u}}]
        """;

    private readonly string file = Path.Combine(Path.GetTempPath(), $"guardrail-{Guid.NewGuid():n}.yaml");

    [TearDown]
    public void Clean() => File.Delete(file);

    [Test]
    public void Takes_the_current_context_of_a_file()
    {
        File.WriteAllText(file, Kubeconfig);
        using var connection = KubernetesConnection.Create(file, null);
        Assert.That(connection.Server, Is.EqualTo(new Uri("http://127.0.0.1:1/")));
        Assert.That(connection.Namespace, Is.EqualTo("shop"));
        Assert.That(connection.Source, Is.EqualTo($"{file} (context prod)"));
    }

    [Test]
    public void What_is_wrong_with_a_kubeconfig_is_told_in_one_sentence()
    {
        Assert.That(() => KubernetesConnection.Create("/nowhere/config", null), Throws.TypeOf<ConfigurationException>()
            .With.Message.EqualTo(
            "The kubeconfig /nowhere/config does not exist; name an existing file with --kubeconfig or KUBECONFIG."));
        File.WriteAllText(file, Kubeconfig);
        Assert.That(() => KubernetesConnection.Create(file, "stage"), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(
            $"The kubeconfig {file} has no context \"stage\"; it has prod, broken."));
        Assert.That(() => KubernetesConnection.Create(file, "broken"), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(
            $"The context \"broken\" of {file} cannot be used: Cluster not found"));
        File.WriteAllText(file, "a: b: c");
        Assert.That(() => KubernetesConnection.Create(file, null), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(
            $"The kubeconfig {file} is malformed at line "));
        File.WriteAllText(file, "");
        Assert.That(() => KubernetesConnection.Create(file, null), Throws.TypeOf<ConfigurationException>());
        File.WriteAllText(file, "just text");
        Assert.That(() => KubernetesConnection.Create(file, null), Throws.TypeOf<ConfigurationException>());
    }

    [Test]
    public async Task A_server_that_is_not_there_is_told_with_its_address()
    {
        await File.WriteAllTextAsync(file, Kubeconfig);
        using var connection = KubernetesConnection.Create(file, null);
        await Assert.ThatAsync(() => connection.ProbeAsync(TimeProvider.System, default), Throws.TypeOf<ConfigurationException>()
            .With.Message.Contains(
            $"http://127.0.0.1:1/ ({file} (context prod)): The API server cannot be reached: "));
    }

    [Test]
    public async Task A_probe_tells_refused_credentials_silence_and_strangers_apart()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.ThenStatus(200, """{"major":"1","gitVersion":"v1.36.2"}""")
            .ThenStatus(401, """{"kind":"Status","message":"Unauthorized","reason":"Unauthorized","code":401}""")
            .ThenStatus(200, "{}").ThenStatus(200, "<html>");
        Assert.That(await server.Connection.ProbeAsync(TimeProvider.System, default), Is.EqualTo("v1.36.2"));
        await ThrowsAsync("does not accept the credentials (401)");
        await ThrowsAsync("not as a Kubernetes API server");
        await ThrowsAsync("not as a Kubernetes API server");
        var clock = new FakeTimeProvider();
        var probing = server.Connection.ProbeAsync(clock, default);
        await Moving.UntilAsync(clock, probing, TimeSpan.FromSeconds(1));
        await Assert.ThatAsync(() => probing, Throws.TypeOf<ConfigurationException>().With.Message.Contains("did not answer within 15 s"));

        Task ThrowsAsync(string message) => Assert.ThatAsync(
            () => server.Connection.ProbeAsync(TimeProvider.System, default), Throws.TypeOf<ConfigurationException>()
                .With.Message.Contains(message));
    }
}
