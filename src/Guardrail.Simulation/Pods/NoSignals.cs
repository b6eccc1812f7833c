using Microsoft.Extensions.Hosting;

namespace Guardrail.Simulation.Pods;

/// <summary>The host does not listen for signals: the process around it does.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
