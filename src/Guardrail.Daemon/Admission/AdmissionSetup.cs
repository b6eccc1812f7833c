using System.Net;
using Guardrail.Daemon.Hosting;
using Guardrail.Kubernetes.Connection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Admission;

/// <summary>Adds the admission endpoint, where one is wanted.</summary>
internal static class AdmissionSetup
{
    /// <summary>Adds it.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="api">The connection.</param>
    /// <exception cref="ConfigurationException">The address cannot be listened on.</exception>
    public static void Add(IServiceCollection services, AdmissionOptions options, ApiClient api)
    {
        if (options.Listen is null)
        {
            return;
        }

        var listen = ListenAddress.Parse(options.Listen, "--admission-listen");
        ListenAddress.RequireFree(listen, "--admission-listen");
        services.AddSingleton<IAdmissionRule, QuarantineRule>();
        services.AddSingleton<AdmissionEndpoint>();
        services.AddSingleton(provider => new CertificateKeeper(
            new WebhookRegistration(api, options.Configuration, provider.GetRequiredService<TimeProvider>()),
            FormattableString.Invariant($"{Dns.GetHostName()}-{Environment.ProcessId}"),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CertificateKeeper>>()));
        services.AddSingleton(provider => new AdmissionServer(
            listen, provider.GetRequiredService<AdmissionEndpoint>(), provider.GetRequiredService<CertificateKeeper>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionServer>());
        services.AddHostedService(provider => provider.GetRequiredService<CertificateKeeper>());
    }
}
