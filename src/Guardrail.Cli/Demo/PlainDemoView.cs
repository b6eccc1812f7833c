using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Spectre.Console;

namespace Guardrail.Cli.Demo;

/// <summary>Shows the demo as lines of text, for logs and pipes.</summary>
internal sealed class PlainDemoView(IAnsiConsole console) : IDemoView
{
    private readonly long started = TimeProvider.System.GetTimestamp();
    private readonly Lock gate = new();

    public Task<DemoReport> ShowAsync(Func<CancellationToken, Task<DemoReport>> work, CancellationToken cancellationToken) => work(cancellationToken);

    public void Step(string text) => Write("==", text);

    public void Decided(Decision decision) => Write("!!", $"{DemoText.Of(decision.Kind)}: {decision.Reason}");

    public void Observed(IReadOnlyList<GuardStatus> workloads)
    {
        foreach (var status in workloads)
        {
            if (status.Rollout is { Signals.Length: > 0 } rollout && DemoText.IsActive(rollout))
            {
                Write("  ", $"{status.Workload} {DemoText.Arms(rollout)}, evidence {DemoText.Evidence(rollout)}");
            }
        }
    }

    private void Write(string mark, string text)
    {
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        lock (gate)
        {
            console.Profile.Width = Math.Max(console.Profile.Width, 400);
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds,5:0.0} s {mark} {text}"));
        }
    }
}
