using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Metrics.Tests;

/// <summary>Lets virtual time run until a task is done.</summary>
internal static class Driving
{
    private const int MostSteps = 20_000;

    public static async Task<T> DriveAsync<T>(this FakeTimeProvider time, ValueTask<T> work, TimeSpan? step = null)
    {
        var task = work.AsTask();
        for (var i = 0; i < MostSteps && !task.IsCompleted; i++)
        {
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
            if (!task.IsCompleted)
            {
                time.Advance(step ?? TimeSpan.FromMilliseconds(50));
            }
        }

        return task.IsCompleted ? await task : throw new TimeoutException("The task did not end though virtual time ran on.");
    }
}
