using System.Globalization;
using System.Text;
using CsCheck;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Scraping;

namespace Guardrail.Metrics.Tests.Scraping;

internal sealed class ExpositionPropertyTests
{
    private static readonly Gen<string> Text = Gen.String[
        Gen.OneOf(Gen.Char["abc 1{}=,#_\"\\\n\r\t"], Gen.Char['\u00a0', '\u2fff']), 0, 12];
    private static readonly Gen<double> Value = Gen.OneOf(
        Gen.Long[0, 1L << 53].Select(static v => (double)v), Gen.Double[-1e9, 1e9],
            Gen.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity));

    private static readonly Gen<Series> AnySeries = Gen.Select(
        Gen.OneOf("m", "m_bucket", "other"), Text, Text, Value, Gen.Bool, Gen.Bool, static (n, l, k, v, blanks, stamp) =>
            new Series(n, l, k, v, blanks, stamp));

    [Test]
    public void What_is_rendered_is_read_back_whatever_the_pieces_it_arrives_in()
    {
        Gen.Select(AnySeries.List[0, 30], Gen.Bool, Gen.Bool, Gen.Int[1, 64]).Sample(
            (series, openMetrics, crlf, piece) =>
            {
                var distinct = series.DistinctBy(static s => (s.Name, s.L, s.K)).ToList();
                var page = Render(distinct, openMetrics, crlf ? "\r\n" : "\n");
                var rows = Pages.ParseAsync(
                    Encoding.UTF8.GetBytes(page),
                    openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text,
                    [Pages.Request("m", "k", "l"), Pages.Request("m_bucket", "l")],
                    piece).GetAwaiter().GetResult();
                var expected = distinct.Where(static s => s.Name != "other")
                    .Select(static s => s.Name == "m" ? $"{s.K}|{s.L}|{s.Value:R}" : $"{s.L}|{s.Value:R}");
                return rows.Select(static row => string.Join('|', row.Labels) + FormattableString.Invariant($"|{row.Value:R}"))
                    .SequenceEqual(expected);
            },
            iter: 2000);
    }

    [Test]
    public void Random_bytes_are_read_or_refused_but_never_crash_or_hang()
    {
        var bytes = Gen.OneOf(
            Gen.Byte.Array[0, 300],
            Gen.String[Gen.Char["m{}l=\"\\,# \n\r\t1.eE+-InfNaEOFT"], 0, 300].Select(Encoding.UTF8.GetBytes));
        Gen.Select(bytes, Gen.Bool, Gen.Int[1, 64]).Sample(
            static (page, openMetrics, piece) =>
            {
                try
                {
                    _ = Pages.ParseAsync(page, openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text,
                        [Pages.Request("m", "l")], piece).GetAwaiter().GetResult();
                }
                catch (UnreadableBodyException fault)
                {
                    Assert.That(fault.Message, Is.Not.Empty);
                }
            },
            iter: 20_000);
    }

    [Test]
    public void A_page_cut_anywhere_is_refused_or_holds_only_whole_series()
    {
        Gen.Select(AnySeries.List[1, 8], Gen.Bool, Gen.Int[0, 10_000]).Sample(
            static (series, openMetrics, cut) =>
            {
                var distinct = series.DistinctBy(static s => (s.Name, s.L, s.K)).ToList();
                var page = Encoding.UTF8.GetBytes(Render(distinct, openMetrics, "\n"));
                var rest = page[..(cut % page.Length)];
                var format = openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
                try
                {
                    var rows = Pages.ParseAsync(rest, format, [Pages.Request("m", "l")]).GetAwaiter().GetResult();
                    var whole = distinct.Where(static s => s.Name == "m").Select(static s => s.Value).ToList();

                    // Only exposition text has no mark at its end; cut behind a line feed it cannot be told from a shorter page.
                    return (openMetrics ? rest.Length == page.Length - 1 : rest.Length == 0 || rest[^1] == '\n')
                        && rows.Select(static row => row.Value).SequenceEqual(whole.Take(rows.Count));
                }
                catch (UnreadableBodyException)
                {
                    return true;
                }
            },
            iter: 5000);
    }

    private static string Render(List<Series> series, bool openMetrics, string lineFeed)
    {
        var page = new StringBuilder("# HELP m Something \\n escaped.").Append(lineFeed).Append("# TYPE m counter").Append(lineFeed);
        foreach (var s in series)
        {
            var blank = s.Blanks ? " " : string.Empty;
            var comma = s.Blanks ? "," : string.Empty;
            page.Append(CultureInfo.InvariantCulture, $"{s.Name}{blank}{{{blank}l{blank}={blank}\"{Escape(s.L)}\"{blank}");
            page.Append(CultureInfo.InvariantCulture, $",k=\"{Escape(s.K)}\"{comma}}} {Number(s.Value)}");
            page.Append(s.Stamp ? " 1520879607" : string.Empty);
            page.Append(s.Stamp && openMetrics ? " # {trace=\"x y\"} 1" : string.Empty);
            page.Append(lineFeed);
        }

        return page.Append(openMetrics ? "# EOF" + lineFeed : string.Empty).ToString();
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private sealed record Series(string Name, string L, string K, double Value, bool Blanks, bool Stamp);
}
