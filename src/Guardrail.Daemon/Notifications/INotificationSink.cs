namespace Guardrail.Daemon.Notifications;

/// <summary>Takes what people are to be told. Never blocks and never throws: whoever decides does not wait for whoever is told.</summary>
public interface INotificationSink
{
    /// <summary>Takes a notification; it is delivered at least once to every receiver that wants it, or counted as dropped.</summary>
    /// <param name="notification">What to tell.</param>
    void Notify(Notification notification);
}
