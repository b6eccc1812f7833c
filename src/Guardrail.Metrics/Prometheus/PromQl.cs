using System.Text;
using System.Text.RegularExpressions;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>
/// Writes the one expression that reads a signal: the raw counters of every pod, and next to them the time of each pod's last scrape, from
/// the same evaluation and so from the same state of the database. No rate() and no increase(), which extrapolate and overlap. With a
/// companion, the counters of both metrics and, for each, the time of the last scrape of each address, so that both are known to be of one.
/// </summary>
/// <remarks>
/// The counters are also told apart by instance and by the labels of copies, so that one endpoint scraped twice is found out instead of
/// counted twice; that costs the server nothing, whereas counting the copies there would double its work.
/// </remarks>
internal sealed partial class PromQl
{
    public const string Part = "guardrail_part";
    public const string ValuePart = "value";
    public const string AtPart = "at";
    public const string CompanionValuePart = "companion";
    public const string CompanionAtPart = "companion_at";
    public const string Instance = "instance";
    private const int MostNamespacesShown = 5;

    public PromQl(SeriesRequest request, IReadOnlyCollection<string> namespaces, IEnumerable<string> copyLabels)
    {
        Request = request;
        CopyLabels = [.. copyLabels.Except(
            [request.NamespaceLabel, request.PodLabel, Instance, .. request.Labels], StringComparer.Ordinal)];
        var pod = $"{Label(request.NamespaceLabel)},{Label(request.PodLabel)}{(request.Companion is null ? string.Empty : "," + Instance)}";
        var told = new[] { request.NamespaceLabel, request.PodLabel, Instance }.Concat(CopyLabels).Concat(request.Labels);
        var all = string.Join(',', told.Distinct(StringComparer.Ordinal).Select(Label));
        var shown = $"{{{request.NamespaceLabel}{Shown(namespaces)}}}";
        Expression = Read(request.Metric, ValuePart, AtPart);
        Origin = request.Metric + shown;
        if (request.Companion is { } companion)
        {
            Expression += " or " + Read(companion, CompanionValuePart, CompanionAtPart);
            CompanionOrigin = companion + shown;
        }

        string Read(string metric, string value, string at)
        {
            var selector = $"{{__name__={Quote(metric)},{Label(request.NamespaceLabel)}{Matcher(namespaces)}}}";
            return Named($"sum by ({all})({selector})", value) + " or " + Named($"max by ({pod})(timestamp({selector}))", at);
        }
    }

    public SeriesRequest Request { get; }

    /// <summary>Labels beside the instance that tell copies apart; those that the signal itself asks for are none.</summary>
    public IReadOnlyList<string> CopyLabels { get; }

    /// <summary>The whole expression.</summary>
    public string Expression { get; }

    /// <summary>The selector as people write it, for reasons.</summary>
    public string Origin { get; }

    /// <summary>The same of the companion; empty when there is none.</summary>
    public string CompanionOrigin { get; } = string.Empty;

    /// <summary>
    /// The query that tells why nothing came: how many series the metric has at all, how many with each of the pod's labels, and how many
    /// the
    /// histogram of a bucket metric has under its own name (a native one).
    /// </summary>
    public static string Diagnosis(SeriesRequest request)
    {
        const string bucket = "_bucket";
        var name = $"__name__={Quote(request.Metric)}";
        var parts = new List<string>
        {
            Counted($"{{{name}}}", "all"),
            Counted($"{{{name},{Label(request.PodLabel)}!=\"\"}}", "pod"),
            Counted($"{{{name},{Label(request.NamespaceLabel)}!=\"\"}}", "namespace"),
        };
        if (request.Metric.EndsWith(bucket, StringComparison.Ordinal))
        {
            parts.Add(Counted($"{{__name__={Quote(request.Metric[..^bucket.Length])}}}", "native"));
        }

        return string.Join(" or ", parts);
    }

    private static string Counted(string selector, string part) => Named($"count({selector})", part);

    private static string Named(string expression, string part) => $"label_replace({expression},\"{Part}\",\"{part}\",\"\",\"\")";

    private static string Matcher(IReadOnlyCollection<string> namespaces) =>
        namespaces.Count == 1 ? "=" + Quote(namespaces.First()) : "=~" + Quote(string.Join('|', namespaces.Select(EscapePattern)));

    private static string Shown(IReadOnlyCollection<string> namespaces)
    {
        var shown = string.Join('|', namespaces.Take(MostNamespacesShown));
        return namespaces.Count switch
        {
            1 => $"=\"{shown}\"",
            <= MostNamespacesShown => $"=~\"{shown}\"",
            _ => $"=~\"{shown}|… {namespaces.Count - MostNamespacesShown} more\"",
        };
    }

    /// <summary>A label name; one outside the classic alphabet is quoted, which Prometheus 3 understands.</summary>
    private static string Label(string name) => ClassicLabel().IsMatch(name) ? name : Quote(name);

    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static string EscapePattern(string literal)
    {
        var escaped = new StringBuilder(literal.Length);
        foreach (var character in literal)
        {
            if (@"\.+*?()|[]{}^$".Contains(character, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }

    [GeneratedRegex(@"\A[a-zA-Z_][a-zA-Z0-9_]*\z")]
    private static partial Regex ClassicLabel();
}
