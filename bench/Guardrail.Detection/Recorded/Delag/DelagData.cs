using Guardrail.Detection.Recorded.Csv;

namespace Guardrail.Detection.Recorded.Delag;

/// <summary>One scenario: latencies of ordinary requests and of requests with each of two small regressions.</summary>
/// <param name="Name">Name of the scenario.</param>
/// <param name="Ordinary">Latencies in milliseconds without regression.</param>
/// <param name="Regressed">Latencies in milliseconds of each regression, by its class.</param>
public sealed record DelagScenario(string Name, IReadOnlyList<double> Ordinary, IReadOnlyDictionary<int, IReadOnlyList<double>> Regressed);

/// <summary>Request latencies with small regressions mixed in.</summary>
/// <param name="Scenarios">The scenarios, in the order of the files.</param>
public sealed record DelagData(IReadOnlyList<DelagScenario> Scenarios)
{
    private static readonly string[] Columns = ["scenario", "Latency", "anomaly"];

    /// <summary>Reads every comma-separated file of the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="RecordedDataException">There is none, or one is not of this form.</exception>
    public static DelagData Read(string folder)
    {
        var files = RecordedFiles.Matching(folder, "*");
        if (files.Count == 0)
        {
            throw new RecordedDataException($"{folder} holds no .csv or .csv.gz file.");
        }

        return new([.. files.SelectMany(OfFile)]);
    }

    private static IEnumerable<DelagScenario> OfFile(string path)
    {
        var stem = RecordedFiles.Stem(path);
        var rows = CsvFile.Read(path, Columns, row => (Scenario: row.Name(0), Latency: row.Number(1), Class: Class(row)));
        foreach (var scenario in rows.GroupBy(row => row.Scenario, StringComparer.Ordinal))
        {
            var classes = scenario.GroupBy(row => row.Class, row => row.Latency).ToDictionary(group => group.Key, group => (IReadOnlyList<double>)[.. group]);
            var ordinary = classes.GetValueOrDefault(0)
                ?? throw new RecordedDataException($"{path}: scenario {scenario.Key} has no request of class 0.");
            classes.Remove(0);
            yield return new($"{stem}/{scenario.Key}", ordinary, classes);
        }
    }

    private static int Class(CsvRow row) => row.Count(2) is <= 100 and var number ? (int)number : throw row.Wrong(2, "a class from 0 to 100");
}
