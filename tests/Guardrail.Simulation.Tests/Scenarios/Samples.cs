using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Tests.Scenarios;

/// <summary>Scenarios in a few lines.</summary>
internal static class Samples
{
    public const string Head = "apiVersion: guardrail.dev/v1alpha1\nkind: Scenario\nname: test\n";

    /// <summary>Reads a scenario of which only the body is given.</summary>
    public static Scenario Read(string body) => ScenarioFile.Load(new StringReader(Head + body), "test.yaml");

    /// <summary>The folder of samples/scenarios in the checkout.</summary>
    public static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The checkout's root was not found above the tests.");
            }

            return Path.Combine(folder.FullName, "samples", "scenarios");
        }
    }
}
