using System.Text.Json.Nodes;
using System.Threading.Channels;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;
using Guardrail.Simulation.Controllers;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>Writes objects one after the other, in the order asked for, while whoever asks goes on.</summary>
internal sealed class DrillWriter(ObjectClient objects, TimeProvider time)
{
    /// <summary>How often a write is tried that somebody else was quicker with, or that the server could not take.</summary>
    private const int Tries = 6;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Func<CancellationToken, Task>> writes = Channel.CreateUnbounded<Func<CancellationToken, Task>>();

    /// <summary>Changes an object as it is then; one that is gone is left alone.</summary>
    public void Change(ResourcePath kind, string name, string manager, Action<JsonObject> change) => Enqueue(async cancellation =>
    {
        if (await objects.ReadAsync(kind, name, cancellation) is { } item)
        {
            change(item);
            await objects.ReplaceAsync(kind, name, item, manager, cancellation);
        }
    });

    /// <summary>Patches an object; one that is gone is left alone.</summary>
    public void Merge(ResourcePath kind, string name, string manager, JsonObject patch) => Enqueue(async cancellation =>
    {
        try
        {
            await objects.MergeAsync(kind, name, patch, manager, cancellation);
        }
        catch (ApiException fault) when (fault.Code == 404)
        {
        }
    });

    /// <summary>Makes an object; one that is still being deleted under its name is waited for.</summary>
    public void Create(ResourcePath kind, JsonObject item, string manager) => Enqueue(cancellation => objects.CreateAsync(kind, item, manager, cancellation));

    public void Delete(ResourcePath kind, string name) => Enqueue(cancellation => objects.DeleteAsync(kind, name, cancellation));

    /// <summary>Waits until everything that was asked for is written.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        writes.Writer.TryWrite(_ =>
        {
            done.SetResult();
            return Task.CompletedTask;
        });
        return done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes until cancelled.</summary>
    /// <exception cref="RehearsalException">Something cannot be written.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var write in writes.Reader.ReadAllAsync(cancellationToken))
        {
            await TryAsync(write, cancellationToken);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                await write(cancellationToken);
                return;
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
            {
                if (tried == Tries || fault is ApiException { IsTransient: false, Code: not 409 })
                {
                    throw new RehearsalException($"The drill could not be written to the cluster. {ApiFaults.Describe(fault, ObjectClient.Limit)}", fault);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private void Enqueue(Func<CancellationToken, Task> write) => writes.Writer.TryWrite(write);
}
