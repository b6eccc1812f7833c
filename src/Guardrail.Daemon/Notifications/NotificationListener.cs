using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;

namespace Guardrail.Daemon.Notifications;

/// <summary>
/// Tells people of decisions when they are made, not when they are done: a process that dies in between decides the same again, and tells it again
/// under the same key.
/// </summary>
internal sealed class NotificationListener(INotificationSink sink) : IDecisionListener
{
    public void Decided(Decision decision)
    {
        if (Notification.Of(decision) is { } notification)
        {
            sink.Notify(notification);
        }
    }

    public void Acted(Decision decision, ActionReport report)
    {
        // A write that failed is repeated; one that cannot be done is a decision of its own.
    }

    public void Observed(Fleet fleet, MetricReport report)
    {
        // Counters are for instruments.
    }
}
