using System.Text.Json;
using k8s;
using k8s.Exceptions;

namespace Guardrail.Kubernetes.Connection;

/// <summary>A connection to one cluster.</summary>
public sealed class KubernetesConnection : IDisposable
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(15);

    private KubernetesConnection(k8s.Kubernetes client, KubernetesClientConfiguration configuration, string source)
    {
        Client = client;
        Api = new ApiClient(client, configuration.TlsServerName);
        Server = client.BaseUri;
        Namespace = string.IsNullOrWhiteSpace(configuration.Namespace) ? null : configuration.Namespace.Trim();
        Source = source;
    }

    /// <summary>
    /// KubernetesClient's own client, for what has models (leases, custom resources). Its single requests end after 30 s.
    /// </summary>
    public IKubernetes Client { get; }

    /// <summary>Raw JSON requests over the same connection.</summary>
    public ApiClient Api { get; }

    /// <summary>Address of the API server.</summary>
    public Uri Server { get; }

    /// <summary>Namespace that the context or the pod names; null when none is named.</summary>
    public string? Namespace { get; }

    /// <summary>Where the configuration came from, for people, such as <c>/home/a/.kube/config (context prod)</c>.</summary>
    public string Source { get; }

    /// <summary>Name of the kubeconfig's user, for people; null when there is no kubeconfig or it names none.</summary>
    public string? User { get; internal set; }

    /// <summary>Whether this process runs in the cluster, by its pod's ServiceAccount.</summary>
    public bool IsInCluster { get; internal set; }

    /// <summary>
    /// Connects by, in this order: <paramref name="kubeconfig"/>; the files that KUBECONFIG names; the pod's ServiceAccount when running in
    /// a cluster; <c>~/.kube/config</c>. Sends nothing yet: <see cref="ProbeAsync"/> does.
    /// </summary>
    /// <param name="kubeconfig">Path of a kubeconfig file, or null.</param>
    /// <param name="context">Context of the kubeconfig, or null for its current one.</param>
    /// <exception cref="ConfigurationException">A file is missing or malformed, or names no such context.</exception>
    public static KubernetesConnection Create(string? kubeconfig, string? context) => KubeconfigSource.Resolve(kubeconfig, context);

    /// <summary>Connects as <paramref name="configuration"/> says, for tests and for the simulated cluster.</summary>
    /// <param name="configuration">Server and credentials.</param>
    /// <param name="source">Where the configuration came from, for people.</param>
    /// <exception cref="ConfigurationException">The server's address or a certificate cannot be used.</exception>
    public static KubernetesConnection Create(KubernetesClientConfiguration configuration, string source)
    {
        // This limit is for single requests only; watches have their own (330 s), and dead connections are found by HTTP/2 pings.
        configuration.HttpClientTimeout = TimeSpan.FromSeconds(30);
        configuration.UserAgent = "guardrail";
        configuration.FirstMessageHandlerSetup = handler =>
        {
            handler.ConnectTimeout = TimeSpan.FromSeconds(10);
            handler.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
            handler.MaxConnectionsPerServer = 256;
        };
        try
        {
            return new KubernetesConnection(new k8s.Kubernetes(configuration), configuration, source);
        }
        catch (Exception fault) when (
            fault is KubeConfigException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            throw new ConfigurationException(
                $"{source} cannot be used: {fault.Message.TrimEnd('.')}; correct its server address and certificates.", fault);
        }
    }

    /// <summary>Asks the server for its version.</summary>
    /// <param name="timeProvider">Clock of the time limit of 15 s.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The version, such as <c>v1.36.2</c>.</returns>
    /// <exception cref="ConfigurationException">The server cannot be reached, or refuses the credentials.</exception>
    public async Task<string> ProbeAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ProbeLimit, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var version = await Api.SendAsync(HttpMethod.Get, "version", null, both.Token);
            return version.RootElement.Text("gitVersion") ?? throw new ConfigurationException(
                $"{Server} ({Source}) answers, but not as a Kubernetes API server; correct the server address.");
        }
        catch (Exception fault) when (fault is JsonException or ApiException { Code: 404 })
        {
            throw new ConfigurationException(
                $"{Server} ({Source}) answers, but not as a Kubernetes API server; correct the server address in the kubeconfig.", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException)
        {
            throw new ConfigurationException(
                $"{Server} ({Source}): {ApiFaults.Describe(fault, ProbeLimit).TrimEnd('.')}; see that it runs, or choose another context.", fault);
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            throw new ConfigurationException($"{Server} ({Source}): {ApiFaults.Describe(fault, ProbeLimit)}", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
