using System.Net;
using Guardrail.Simulation.Pods;

namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>The container of one pod of a drill: one run after the other, on the pod's address.</summary>
internal sealed class DrillContainer(IPAddress address, TimeProvider time) : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(1) };
    private CancellationTokenSource stopping = new();
    private Task run = Task.CompletedTask;

    /// <summary>The pod's address.</summary>
    public IPAddress Address { get; } = address;

    /// <summary>Begins the next run, once the one before has left the address.</summary>
    public void Begin(DrillContainerSpec spec, IContainerVoice voice)
    {
        Stop();
        stopping = new CancellationTokenSource();
        var (before, token) = (run, stopping.Token);
        run = Task.Run(() => RunAsync(before, spec, voice, token), CancellationToken.None);
    }

    /// <summary>Ends the run.</summary>
    public void Stop() => stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await run;
        stopping.Dispose();
    }

    private async Task RunAsync(Task before, DrillContainerSpec spec, IContainerVoice voice, CancellationToken cancellationToken)
    {
        await before;
        var exited = new TaskCompletionSource<DrillExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await using (await StartAsync(spec, exited, cancellationToken))
            {
                await ProbeAsync(spec, voice, exited.Task, cancellationToken);
            }

            voice.Ended(await exited.Task == DrillExit.OutOfMemory);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped as asked.
        }
        catch (Exception fault) when (fault is IOException or ArgumentException)
        {
            // As the process does that finds its address taken, or no token.
            voice.Ended(outOfMemory: false);
        }
    }

    private Task<DrillPod> StartAsync(DrillContainerSpec spec, TaskCompletionSource<DrillExit> exited, CancellationToken cancellationToken) =>
        DrillPod.StartAsync(
            new DrillPodOptions
            {
                Listen = spec.Listen,
                Token = spec.Token ?? "",
                Namespace = spec.Namespace,
                Service = spec.Service,
                Revision = spec.Revision,
                TimeProvider = time,
                Exit = exited.SetResult,
            },
            cancellationToken);

    /// <summary>Tells of the container's readiness until it exits.</summary>
    private async Task ProbeAsync(DrillContainerSpec spec, IContainerVoice voice, Task exited, CancellationToken cancellationToken)
    {
        if (spec.Probe is not { } probe)
        {
            voice.IsReady(true);
            await exited.WaitAsync(cancellationToken);
            return;
        }

        using var timer = new PeriodicTimer(spec.Period, time);
        var failures = 0;
        do
        {
            failures = await AnswersAsync(probe, cancellationToken) ? 0 : failures + 1;
            if (failures == 0 || failures >= spec.Failures)
            {
                voice.IsReady(failures == 0);
            }
        }
        while (await Task.WhenAny(exited, timer.WaitForNextTickAsync(cancellationToken).AsTask()) != exited);
    }

    private static async Task<bool> AnswersAsync(Uri probe, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Http.GetAsync(probe, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
