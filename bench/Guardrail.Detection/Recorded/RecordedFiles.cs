namespace Guardrail.Detection.Recorded;

/// <summary>Finds the files of a set, plain or compressed.</summary>
internal static class RecordedFiles
{
    /// <summary>The one file of this name.</summary>
    public static string One(string folder, string name) =>
        Find(folder, name) ?? throw new RecordedDataException($"{folder} lacks {name} (or {name}.gz).");

    /// <summary>The one file of this name, or null.</summary>
    public static string? Find(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
    }

    /// <summary>Every file whose name begins so, by name.</summary>
    public static IReadOnlyList<string> Matching(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern + ".csv").Concat(Directory.EnumerateFiles(folder, pattern + ".csv.gz")).Order(StringComparer.Ordinal)];

    /// <summary>The file's name without <c>.csv</c> and <c>.gz</c>.</summary>
    public static string Stem(string path)
    {
        var name = Path.GetFileName(path);
        return name[..name.IndexOf(".csv", StringComparison.Ordinal)];
    }
}
