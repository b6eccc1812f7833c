using System.Globalization;
using System.Reflection;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Reports;

namespace Guardrail.Cli.Simulate;

/// <summary>The page that <c>--report</c> asks for.</summary>
/// <param name="Path">Where it is written to.</param>
/// <param name="Scenario">How the scenario was named on the command line.</param>
internal sealed record ReportFile(string Path, string Scenario)
{
    /// <summary>Writes the page and says so.</summary>
    /// <param name="result">What came of the scenario, with timelines.</param>
    /// <param name="screen">For people.</param>
    /// <exception cref="ConfigurationException">The file cannot be written.</exception>
    public void Write(ScenarioResult result, Screen screen)
    {
        var seed = result.Seed.ToString(CultureInfo.InvariantCulture);
        var version = typeof(ReportFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        var page = ScenarioReport.Render(result, new($"guardrail simulate {Quoted(Scenario)} --seed {seed} --report {Quoted(Path)}", version));
        try
        {
            File.WriteAllText(Path, page);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException($"--report {Path} cannot be written: {fault.Message.TrimEnd('.')}.", fault);
        }

        screen.Out.WriteLine(screen.Clean($"The report is in {Path}: one page to be opened in a browser."));
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./".Contains(c, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
