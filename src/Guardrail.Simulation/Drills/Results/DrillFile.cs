using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Scenarios;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Simulation.Drills;

/// <summary>Reads and keeps the files of drills.</summary>
public static class DrillFile
{
    private const int MostOfADay = 1000;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">It cannot be read or is not a drill's; the message names file, line, column and field.</exception>
    public static DrillResult Load(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return Load(reader, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The drill file {path} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Reads text.</summary>
    /// <param name="reader">The text, read to its end or to the limit of 1 MB.</param>
    /// <param name="name">Name of the text in messages.</param>
    /// <exception cref="ConfigurationException">It is not a drill's; the message names line, column and field.</exception>
    public static DrillResult Load(TextReader reader, string name) => YamlText.Parse(YamlText.Read(reader, name), name).ToArray() switch
    {
        [{ RootNode: YamlMappingNode } only] => DrillResultReader.Read(new YamlPlace(name, "", only.RootNode)),
        _ => throw new ConfigurationException($"{name} holds no drill; guardrail drill start writes one."),
    };

    /// <summary>Keeps a drill in a new file named by its day and scenario; no file is ever written over, and none is there before it is whole.</summary>
    /// <param name="result">The drill.</param>
    /// <param name="folder">The folder, which is made if it is not there.</param>
    /// <returns>Path of the file.</returns>
    /// <exception cref="ConfigurationException">It cannot be written.</exception>
    public static string Save(DrillResult result, string folder)
    {
        var day = result.StartedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = new FileStream(temporary, FileMode.CreateNew))
            {
                using var writer = new StreamWriter(stream);
                writer.Write(DrillWriter.Write(result));
                writer.Flush();
                stream.Flush(flushToDisk: true);
            }

            for (var number = 1; number <= MostOfADay; number++)
            {
                var suffix = number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{number}");
                var path = Path.Combine(folder, $"{day}-{result.Scenario}{suffix}.yaml");
                if (!File.Exists(path) && Moves(temporary, path))
                {
                    return path;
                }
            }

            throw new ConfigurationException($"{folder} holds {MostOfADay} drills of {result.Scenario} of {day} already; give --results another folder.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException($"The drill cannot be written to {folder}: {fault.Message.TrimEnd('.')}.", fault);
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <summary>
    /// Moves without writing over; false when somebody else was faster. A move looks first and moves then, so that two at once could both find the
    /// name free: whoever makes the file beside it, which only one can, has the name.
    /// </summary>
    private static bool Moves(string from, string to)
    {
        try
        {
            var name = Path.Combine(Path.GetDirectoryName(to)!, $".{Path.GetFileName(to)}.taken");
            using var taken = new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(from))
        {
            return false;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What the folder cannot give up, it could not take either: the other fault is told.
        }
    }
}
