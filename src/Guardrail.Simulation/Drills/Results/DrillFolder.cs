using System.Collections.Immutable;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Simulation.Drills;

/// <summary>Reads all drills of a folder.</summary>
public static class DrillFolder
{
    /// <summary>Most files: 5,000.</summary>
    public const int MostFiles = 5000;

    /// <summary>All drills, in order of time; none when the folder is not there.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="ConfigurationException">A .yaml file in it is no drill's, or there are too many.</exception>
    public static ImmutableArray<DrillResult> Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return File.Exists(folder) ? throw new ConfigurationException($"--results {folder} is a file; name the folder in which drills are kept.") : [];
        }

        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(folder, "*.yaml").Take(MostFiles + 1).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--results {folder} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }

        return files.Length > MostFiles
            ? throw new ConfigurationException($"{folder} holds more than {MostFiles} files; move old drills away.")
            : [.. files.Select(DrillFile.Load).OrderBy(d => d.StartedAt)];
    }
}
