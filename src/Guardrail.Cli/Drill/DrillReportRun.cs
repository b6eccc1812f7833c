using System.Collections.Immutable;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>Shows the drills of a folder.</summary>
internal static class DrillReportRun
{
    /// <returns>The exit code.</returns>
    /// <exception cref="ConfigurationException">A file holds a mistake, or the page cannot be written.</exception>
    public static int Run(DrillReportWishes wishes, Screen screen)
    {
        var overview = DrillOverview.Of(DrillFolder.Load(wishes.Results), wishes.Team, wishes.AsOf, wishes.Every);
        var people = wishes.Output == OutputFormat.Text ? screen : screen with { Out = screen.Error, Colour = false };
        if (wishes.Output == OutputFormat.Text)
        {
            DrillReportText.Write(overview, wishes.Results, people);
        }
        else
        {
            DataWriter.Write(screen.Out, DrillReportData.Of(overview), wishes.Output);
        }

        if (wishes.Page is { } path)
        {
            Write(path, DrillPage.Render(overview, $"guardrail drill report --results {wishes.Results} --every {(int)wishes.Every.TotalDays}d --report {path}"));
            people.Out.WriteLine(people.Clean($"The report is in {path}: one page to be opened in a browser."));
        }

        return wishes.FailOverdue && overview.IsOverdue ? ExitCode.Failed : ExitCode.Ok;
    }

    private static void Write(string path, string page)
    {
        try
        {
            File.WriteAllText(path, page);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException($"--report {path} cannot be written: {fault.Message.TrimEnd('.')}.", fault);
        }
    }
}

/// <summary>What is asked of <c>guardrail drill report</c>.</summary>
/// <param name="Results">Folder of the results.</param>
/// <param name="Every">How often to drill.</param>
/// <param name="AsOf">The moment it is about.</param>
internal sealed record DrillReportWishes(string Results, TimeSpan Every, DateTimeOffset AsOf)
{
    /// <summary>Who should take part; empty for everybody who ever did.</summary>
    public ImmutableArray<string> Team { get; init; } = [];

    /// <summary>What is printed.</summary>
    public OutputFormat Output { get; init; }

    /// <summary>The page to be written; null for none.</summary>
    public string? Page { get; init; }

    /// <summary>Whether what is overdue makes it fail.</summary>
    public bool FailOverdue { get; init; }
}
