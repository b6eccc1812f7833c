using System.Text.RegularExpressions;

namespace Guardrail.Cli.Tests.Docs;

/// <summary>What docs/faults.md promises is there.</summary>
public sealed partial class FaultTableTests
{
    private static readonly string Checkout = Find();
    private static readonly Dictionary<string, (string File, string[] Categories)> Tests = Read();

    [TestCaseSource(nameof(Named))]
    public void Every_test_of_the_table_exists_and_is_in_its_category(string name, string section)
    {
        Assert.That(Tests, Does.ContainKey(name));
        Assert.That(Tests[name].Categories, Does.Contain(section == "Load" ? "Slow" : "Fault"), Tests[name].File);
    }

    [Test]
    public void At_least_45_tests_break_something_on_purpose() =>
        Assert.That(Tests.Values.Count(t => t.Categories.Contains("Fault")), Is.GreaterThanOrEqualTo(45));

    private static IEnumerable<object[]> Named()
    {
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(Checkout, "docs", "faults.md")))
        {
            section = line.StartsWith("## ", StringComparison.Ordinal) ? line[3..] : section;
            foreach (Match name in line.StartsWith('|') ? TestName().Matches(line).AsEnumerable() : [])
            {
                yield return [name.Groups[1].Value, section];
            }
        }
    }

    /// <summary>Test methods by name, with the categories of their class and their own.</summary>
    private static Dictionary<string, (string File, string[] Categories)> Read()
    {
        var found = new Dictionary<string, (string, string[])>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Checkout, "tests"), "*Tests.cs", SearchOption.AllDirectories))
        {
            string[] ofClass = [];
            var pending = new List<string>();
            foreach (var line in File.ReadLines(file))
            {
                pending.AddRange(Category().Matches(line).Select(m => m.Groups[1].Value));
                if (ClassLine().IsMatch(line))
                {
                    ofClass = [.. pending];
                    pending.Clear();
                }
                else if (Method().Match(line) is { Success: true } method)
                {
                    // The same behaviour may be tested twice, against the embedded cluster and a real one.
                    var name = method.Groups[1].Value;
                    found[name] = (Path.GetFileName(file), [.. ofClass, .. pending, .. found.GetValueOrDefault(name).Item2 ?? []]);
                    pending.Clear();
                }
            }
        }

        return found;
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not run from within a checkout.");
    }

    [GeneratedRegex("`([A-Za-z0-9]+(?:_[A-Za-z0-9]+){2,})`", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TestName();

    [GeneratedRegex("""\[Category\("([A-Za-z]+)"\)\]""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Category();

    [GeneratedRegex(@"^(?:public|internal) sealed (?:partial )?class ", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ClassLine();

    [GeneratedRegex(@"^    public (?:async )?(?:Task|void) (\w+)\(", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Method();
}
