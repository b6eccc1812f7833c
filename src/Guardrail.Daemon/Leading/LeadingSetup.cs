using System.Net;
using Guardrail.Daemon.Guarding;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Leases;
using Microsoft.Extensions.DependencyInjection;

namespace Guardrail.Daemon.Leading;

/// <summary>Lets the guard loop run always, or only while this daemon leads.</summary>
internal static class LeadingSetup
{
    /// <summary>Adds the guard loop as a service of the host, behind an election if there is one.</summary>
    public static void Add(IServiceCollection services, LeaderElection election, KubernetesConnection connection)
    {
        if (!(election.Enabled ?? connection.IsInCluster))
        {
            services.AddHostedService(provider => provider.GetRequiredService<GuardLoop>());
            return;
        }

        var leadership = new Leadership();
        leadership.Stand();
        services.AddSingleton(leadership);
        services.AddSingleton(connection.Api);
        services.AddSingleton(provider => new LeaseElectorOptions
        {
            Lease = new LeaseName(election.LeaseNamespace ?? connection.Namespace ?? "default", election.LeaseName),
            Identity = election.Identity ?? LeaseIdentity.Create(Dns.GetHostName()),
            TimeProvider = provider.GetRequiredService<TimeProvider>(),
            Timings = new LeaseTimings(election.Duration, election.RenewDeadline, election.RetryPeriod),
            Seed = Environment.ProcessId,
        });
        services.AddHostedService<LeadingService>();
    }
}
