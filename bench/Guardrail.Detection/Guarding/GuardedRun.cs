using Guardrail.Detection.Cells;
using Guardrail.Engine.Ports;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Guarding;

/// <summary>A run that a fleet guards: as the cluster shows it.</summary>
internal sealed class GuardedRun
{
    private readonly string? stream;

    private GuardedRun(CellRun run, CellViews views, string? stream) => (Run, Views, this.stream) = (run, views, stream);

    /// <summary>The run.</summary>
    public CellRun Run { get; }

    /// <summary>What the cluster shows of it.</summary>
    public CellViews Views { get; }

    /// <summary>The run under test, which somebody else plays.</summary>
    public static GuardedRun UnderTest(CellRun run, Cell cell) => new(run, new(run, cell), null);

    /// <summary>The run of a neighbour, played along.</summary>
    public static GuardedRun Of(Neighbour neighbour)
    {
        var run = new CellRun(neighbour.Cell);
        return new(run, new(run, neighbour.Cell, neighbour.Name), neighbour.Name);
    }

    /// <summary>Begins another run.</summary>
    /// <param name="seed">Seed of a neighbour's randomness.</param>
    /// <param name="name">Name of the run under test, which a neighbour's randomness is made from.</param>
    public void Begin(ulong seed, string name)
    {
        Views.Begin();
        if (stream is not null)
        {
            Run.Begin(new RandomSource(seed, $"{name}/{stream}"));
        }
    }

    /// <summary>Plays the next tick of a neighbour.</summary>
    public void Next()
    {
        if (stream is not null)
        {
            Run.Next();
        }
    }

    /// <summary>What has changed of the workload; null when nothing has.</summary>
    public WorkloadChange? Change() => Views.IfChanged() is { } view ? new WorkloadChange.Changed(view) : null;
}
