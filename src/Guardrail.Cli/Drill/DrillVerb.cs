using System.CommandLine;

namespace Guardrail.Cli.Drill;

/// <summary><c>guardrail drill</c>: people rehearse an incident.</summary>
internal static class DrillVerb
{
    public static Command Create() => new("drill", "Rehearses an incident with people, scores how fast and how rightly they act, and keeps the results.")
    {
        DrillStartCommand.Create(),
        DrillReportCommand.Create(),
        DrillReplayCommand.Create(),
    };
}
