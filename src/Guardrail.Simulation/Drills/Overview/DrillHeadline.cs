namespace Guardrail.Simulation.Drills;

/// <summary>A team's drills in a sentence or two.</summary>
public static class DrillHeadline
{
    /// <summary>The sentences.</summary>
    public static string Of(DrillOverview overview)
    {
        var days = DrillWords.Number((long)overview.Every.TotalDays);
        if (overview.All.IsEmpty)
        {
            return "No drill has been held.";
        }

        var recent = overview.Recent.Length;
        var held = recent == 0 ? $"No drill in the last {days} days." : $"{recent} {(recent == 1 ? "drill" : "drills")} in the last {days} days.";
        string[] people = [.. overview.People.Where(p => p.IsOverdue).Select(p => p.Name)];
        string[] scenarios = [.. overview.Scenarios.Where(s => s.IsOverdue).Select(s => s.Name)];
        return people.Length + scenarios.Length == 0
            ? $"{held} Nobody and nothing is overdue."
            : $"{held} Overdue: {string.Join(", ", people.Concat(scenarios))}.";
    }
}
