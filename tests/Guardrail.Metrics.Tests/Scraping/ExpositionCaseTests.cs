using System.Globalization;
using System.Text.RegularExpressions;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Scraping;

namespace Guardrail.Metrics.Tests.Scraping;

/// <summary>
/// Each file of the folder Cases is a page; the one beside it with the ending <c>.expected</c> holds the series of the metric m with its
/// label l
/// that must be read, or the fault. A page <c>*.om</c> is OpenMetrics, <c>*.txt</c> is exposition text. In pages, <c>␍</c> stands for a
/// carriage return,
/// and <c>␃</c> at the end for a page cut off there.
/// </summary>
internal sealed partial class ExpositionCaseTests
{
    public static IEnumerable<string> Cases =>
        Directory.EnumerateFiles(Folder).Where(static file => !file.EndsWith(".expected", StringComparison.Ordinal))
            .Select(static file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scraping", "Cases");

    [TestCaseSource(nameof(Cases))]
    public async Task Reads_the_page_as_expected(string name)
    {
        var page = (await File.ReadAllTextAsync(Path.Combine(Folder, name))).Replace('␍', '\r');
        page = CutOff().Replace(page, string.Empty);
        var format = name.EndsWith(".om", StringComparison.Ordinal) ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
        var expected = (await File.ReadAllTextAsync(Path.Combine(Folder, name + ".expected"))).TrimEnd('\n');

        Assert.That(await ReadAsync(page, format), Is.EqualTo(expected));
    }

    private static async Task<string> ReadAsync(string page, ExpositionFormat format)
    {
        try
        {
            var rows = await Pages.ParseAsync(page, format, Pages.Request("m", "l"));
            return string.Join('\n', rows.Select(Shown));
        }
        catch (UnreadableBodyException fault)
        {
            return "fault: " + fault.Message;
        }
    }

    private static string Shown(PodPage.Row row)
    {
        var label = row.Labels[0]?.Replace("\n", "<LF>", StringComparison.Ordinal) ?? "(none)";
        return string.Create(CultureInfo.InvariantCulture, $"{label} = {row.Value:R}");
    }

    [GeneratedRegex("␃\n*\\z")]
    private static partial Regex CutOff();
}
