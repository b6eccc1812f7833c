using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Asks webhooks over TLS, trusting for each only whom its <c>caBundle</c> names.</summary>
internal sealed class WebhookCaller(ObjectStore store)
{
    private const int Largest = 3 * 1024 * 1024;
    private readonly ConcurrentDictionary<string, HttpClient> clients = new(StringComparer.Ordinal);

    public async Task<WebhookAnswer> AskAsync(AdmissionWebhook webhook, ReviewedWrite write, CancellationToken cancellationToken)
    {
        if (webhook.Url is not { } url)
        {
            return WebhookAnswer.Call(NoService(webhook));
        }

        var uid = Guid.NewGuid().ToString();
        var address = $"{url}?timeout={webhook.TimeoutSeconds}s";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(webhook.TimeoutSeconds));
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address));
            message.Content = new ByteArrayContent(JsonText.ToUtf8(write.Question(uid)).ToArray());
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            message.Headers.TryAddWithoutValidation("Accept", "application/json, */*");
            message.Headers.TryAddWithoutValidation("User-Agent", "kube-apiserver-admission");
            using var answer = await ClientFor(webhook.CaBundle ?? "").SendAsync(message, limit.Token);
            return answer.IsSuccessStatusCode
                ? WebhookAnswer.Read(webhook.Name, uid, await answer.Content.ReadAsByteArrayAsync(limit.Token))
                : WebhookAnswer.Call(Describe((int)answer.StatusCode));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return WebhookAnswer.Call($"Post \"{address}\": context deadline exceeded");
        }
        catch (HttpRequestException fault)
        {
            return WebhookAnswer.Call($"Post \"{address}\": {Describe(fault, new Uri(url))}");
        }
    }

    private static string Describe(int status) => status switch
    {
        404 => "the server could not find the requested resource",
        >= 500 => "an error on the server (\"unknown\") has prevented the request from succeeding",
        _ => FormattableString.Invariant($"the server responded with the status code {status} but did not return more information"),
    };

    private static string Describe(HttpRequestException fault, Uri url) => fault.InnerException switch
    {
        AuthenticationException => "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            FormattableString.Invariant($"dial tcp {url.Host}:{url.Port}: connect: connection refused"),
        { } inner => inner.Message,
        null => fault.Message,
    };

    private string NoService(AdmissionWebhook webhook)
    {
        var (ns, name) = ((string?)webhook.Service?["namespace"] ?? "", (string?)webhook.Service?["name"] ?? "");
        var port = (long?)webhook.Service?["port"] ?? 443;
        var address = FormattableString.Invariant(
            $"https://{name}.{ns}.svc:{port}{(string?)webhook.Service?["path"] ?? "/"}?timeout={webhook.TimeoutSeconds}s");
        var why = store.TryGet(ResourceTypes.Services, ns, name, out _)
            ? "this server reaches webhooks by URL only"
            : $"service \"{name}\" not found";
        return $"Post \"{address}\": {why}";
    }

    private HttpClient ClientFor(string caBundle) => clients.GetOrAdd(caBundle, static bundle => new HttpClient(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, bundle),
            },
        })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = Largest,
    });

    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, string bundle)
    {
        if (bundle.Length == 0)
        {
            return errors == SslPolicyErrors.None;
        }

        // Whom to trust is the bundle's matter, and only that; the name must be right all the same.
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        try
        {
            chain.ChainPolicy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(bundle)));
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException)
        {
            return false;
        }

        using var presented = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(presented);
    }
}
