using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;

namespace Guardrail.Cli.Demo;

/// <summary>Shows the demo as it goes.</summary>
internal interface IDemoView
{
    /// <summary>Shows what happens while <paramref name="work"/> runs.</summary>
    Task<DemoReport> ShowAsync(Func<CancellationToken, Task<DemoReport>> work, CancellationToken cancellationToken);

    /// <summary>A new step of the demo begins.</summary>
    void Step(string text);

    /// <summary>The daemon decided something.</summary>
    void Decided(Decision decision);

    /// <summary>The daemon took over new counters.</summary>
    void Observed(IReadOnlyList<GuardStatus> workloads);
}
