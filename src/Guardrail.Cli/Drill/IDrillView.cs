using System.Collections.Immutable;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>Shows a drill to its participants.</summary>
internal interface IDrillView
{
    /// <summary>It begins.</summary>
    void Begins(DrillPlan plan);

    /// <summary>Who speaks from now on.</summary>
    void Speaks(string who);

    /// <summary>A participant said or did something.</summary>
    void Said(DrillStep step);

    /// <summary>Participants get to know something.</summary>
    void Told(DrillNews news);

    /// <summary>What the services look like now; comes with every tick.</summary>
    /// <param name="now">Time since the drill began.</param>
    /// <param name="sights">The services.</param>
    /// <param name="isAsked">Whether somebody asked to see them.</param>
    void Shows(TimeSpan now, ImmutableArray<ServiceSight> sights, bool isAsked);

    /// <summary>Something to be said to whoever typed.</summary>
    void Note(string text);
}
