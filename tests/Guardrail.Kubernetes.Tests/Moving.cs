using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Kubernetes.Tests;

/// <summary>Moves a fake clock on while something is awaited.</summary>
internal static class Moving
{
    /// <summary>Moves the clock on by <paramref name="step"/> until the task has ended, 5000 times at most.</summary>
    public static async Task UntilAsync(FakeTimeProvider clock, Task task, TimeSpan step)
    {
        // Real time passes only to let the code under test reach its pause; what is measured is the fake clock.
        for (var turn = 0; !task.IsCompleted; turn++)
        {
            Assert.That(turn, Is.LessThan(5000), "It never came.");
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
            if (!task.IsCompleted)
            {
                clock.Advance(step);
            }
        }
    }
}
