using Guardrail.Daemon.Guarding;
using Microsoft.Extensions.DependencyInjection;

namespace Guardrail.Daemon.Notifications;

/// <summary>Adds notifications to the daemon.</summary>
internal static class NotificationSetup
{
    /// <summary>Adds them; call it before the guard loop is added, so that they stop after it and tell what it decided last.</summary>
    public static void Add(IServiceCollection services, NotificationOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<NotificationService>();
        services.AddSingleton<INotificationSink>(provider => provider.GetRequiredService<NotificationService>());
        services.AddSingleton<IDecisionListener, NotificationListener>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationService>());
    }
}
