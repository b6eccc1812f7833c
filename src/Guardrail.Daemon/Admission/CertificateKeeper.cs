using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Guardrail.Kubernetes.Connection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Admission;

/// <summary>
/// Keeps a certificate that the API server trusts: makes it, lets the webhook configuration trust it, and only then has it served; renews it, and looks
/// now and then whether it is still trusted.
/// </summary>
internal sealed partial class CertificateKeeper(WebhookRegistration registration, string owner, TimeProvider time, ILogger<CertificateKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Rhythm = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ServingCertificate? current;

    /// <summary>What is to be served; null before the API server trusts any.</summary>
    public X509Certificate2? Certificate => current?.Leaf;

    /// <summary>Completes when the API server trusts a certificate for the first time.</summary>
    public Task Served => served.Task;

    /// <summary>Makes a certificate if one is due, and sees that it is trusted.</summary>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var hosts = await registration.HostsAsync(cancellationToken).ConfigureAwait(false);
        if (hosts.IsEmpty)
        {
            throw new ConfigurationException("The ValidatingWebhookConfiguration names no service and no URL; install it from the chart.");
        }

        var now = time.GetUtcNow();
        var wanted = current is { } good && good.RenewAt > now && good.Hosts.SequenceEqual(hosts) ? good : ServingCertificate.Make(owner, hosts, now);
        var before = ReferenceEquals(wanted, current) ? null : current?.Authority;
        if (await registration.TrustAsync(wanted.Authority, before, cancellationToken).ConfigureAwait(false))
        {
            LogTrusted(string.Join(", ", hosts), wanted.RenewAt);
        }

        // The one before it is not disposed of: connections that are being made may still use it.
        current = wanted;
        served.TrySetResult();
    }

    public override void Dispose()
    {
        current?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = Rhythm;
            try
            {
                await RefreshAsync(stoppingToken).ConfigureAwait(false);
                pause = FirstPause;
            }
            catch (Exception fault) when ((ApiFaults.IsOne(fault) || fault is ConfigurationException) && !stoppingToken.IsCancellationRequested)
            {
                LogNotTrusted(Describe(fault));
                next = pause;
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await Task.Delay(next, time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private string Describe(Exception fault) => fault switch
    {
        ApiException { IsMissingPermission: true } refused => AccessRule.Missing(refused, registration.Rights, null),
        ApiException { Code: 404 } => "there is no such ValidatingWebhookConfiguration; install it from the chart, or leave --admission-listen out.",
        ConfigurationException wrong => wrong.Message,
        _ => ApiFaults.Describe(fault, TimeSpan.FromSeconds(10)),
    };

    [LoggerMessage(101, LogLevel.Information, "The API server trusts the admission endpoint as {Hosts}; its certificate is renewed after {RenewAt:u}")]
    private partial void LogTrusted(string hosts, DateTimeOffset renewAt);

    [LoggerMessage(102, LogLevel.Warning, "The API server does not trust the admission endpoint yet, and refuses nothing: {Reason}")]
    private partial void LogNotTrusted(string reason);
}
