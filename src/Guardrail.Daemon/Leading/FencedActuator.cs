using Guardrail.Engine.Decisions;
using Guardrail.Engine.Ports;

namespace Guardrail.Daemon.Leading;

/// <summary>
/// Lets changes of the cluster through only while this daemon leads, asked anew before each one; those under way end when the lease is lost.
/// </summary>
internal sealed class FencedActuator(IActuator inner, Leadership leadership) : IActuator
{
    public async ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        if (!leadership.MayAct)
        {
            return new ActionOutcome.Failed("this instance is not known to lead at this moment");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, leadership.Lost);
        try
        {
            return await inner.ApplyAsync(action, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (leadership.Lost.IsCancellationRequested)
        {
            return new ActionOutcome.Failed("the lease was lost while it was written; whether it took effect is for the next leader to see");
        }
    }

    public async ValueTask<Preparation> PrepareAsync(WorkloadAction action, CancellationToken cancellationToken)
    {
        if (!leadership.MayAct)
        {
            return Preparation.Nothing;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, leadership.Lost);
        return await inner.PrepareAsync(action, either.Token).ConfigureAwait(false);
    }

    public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken) =>
        leadership.MayAct ? inner.AnnounceAsync(announcement, cancellationToken) : ValueTask.CompletedTask;
}
