using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Leading;
using Guardrail.Engine.Guarding;

namespace Guardrail.Daemon.Status;

/// <summary>
/// Gets the fleet's picture from the guard loop when somebody wants to see it: at most one each <see cref="Rhythm"/>, however many look, and none
/// while nobody does.
/// </summary>
/// <param name="show">Shows the fleet, on the guard loop.</param>
/// <param name="board">Makes the picture.</param>
/// <param name="journal">The records.</param>
/// <param name="leadership">Whether this daemon guards.</param>
/// <param name="time">Clock.</param>
internal sealed class StatusWindow(Action<Action<Fleet>> show, StatusBoard board, IRolloutJournal journal, Leadership leadership, TimeProvider time)
{
    /// <summary>Longest that somebody waits for the loop: 2 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Shortest distance of two pictures: 2 s. One of 300 rollouts keeps the loop for about 0.1 s.</summary>
    public static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task<FleetPicture>? asked;
    private FleetPicture? newest;

    /// <summary>
    /// The newest picture: of now, or, while the loop does not answer, an older one; null when there is none, as on a daemon that stands by.
    /// </summary>
    public async Task<FleetPicture?> LookAsync(CancellationToken cancellationToken)
    {
        Task<FleetPicture> pending;
        lock (gate)
        {
            if (!leadership.IsLeader)
            {
                return null;
            }

            if (newest is { } known && (time.GetUtcNow() - known.At).Duration() < Rhythm)
            {
                return known;
            }

            // A loop that is busy is asked once, not once for each that looks.
            pending = asked is { IsCompleted: false } underWay ? underWay : asked = AskAsync();
        }

        try
        {
            return await pending.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (gate)
            {
                return newest;
            }
        }
    }

    private Task<FleetPicture> AskAsync()
    {
        var answer = new TaskCompletionSource<FleetPicture>(TaskCreationOptions.RunContinuationsAsynchronously);
        show(fleet =>
        {
            try
            {
                var picture = board.Picture(fleet, journal);
                lock (gate)
                {
                    newest = picture;
                }

                answer.TrySetResult(picture);
            }
#pragma warning disable CA1031 // A page that cannot be shown must not end the guard loop; whoever looks is told.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                answer.TrySetException(fault);
            }
        });
        return answer.Task;
    }
}
