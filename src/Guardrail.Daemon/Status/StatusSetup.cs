using System.Reflection;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Guardrail.Daemon.Status;

/// <summary>Puts the status page together.</summary>
internal static class StatusSetup
{
    /// <summary>Adds what listens to the guard loop.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<StatusBoard>();
        services.AddSingleton<IDecisionListener>(provider => provider.GetRequiredService<StatusBoard>());
    }

    /// <summary>Serves the page.</summary>
    /// <param name="app">The application.</param>
    /// <param name="cluster">The cluster, and its version.</param>
    /// <param name="unrecorded">Why rollouts are not recorded; null when they are, or are not meant to be.</param>
    public static void Map(WebApplication app, string cluster, string? unrecorded)
    {
        var services = app.Services;
        var (time, board, readiness) =
            (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<StatusBoard>(), services.GetRequiredService<Readiness>());
        var journal = services.GetRequiredService<IRolloutJournal>();
        var window = new StatusWindow(services.GetRequiredService<GuardLoop>().Show, board, journal, readiness.Leadership, time);
        var version = typeof(StatusSetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
        var facts = new StatusFacts(
            version, cluster, services.GetRequiredService<IMetricSource>().Name, time.GetUtcNow(), journal is not NoJournal, unrecorded);
        app.MapStatus(window, board, readiness, services.GetRequiredService<PolicyStandings>(), facts, time);
    }
}
