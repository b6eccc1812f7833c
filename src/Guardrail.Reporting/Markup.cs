using System.Globalization;
using System.Net;

namespace Guardrail.Reporting;

/// <summary>
/// A piece of HTML that is safe by the way it is made: what is put into a template is escaped, unless it is such a piece itself. Templates are
/// literals of this program, and attributes in them stand in double quotes.
/// </summary>
public readonly struct Markup : IEquatable<Markup>
{
    private readonly string? html;

    private Markup(string html) => this.html = html;

    /// <summary>Nothing.</summary>
    public static Markup Nothing => default;

    /// <summary>Whether it is nothing.</summary>
    public bool IsNothing => string.IsNullOrEmpty(html);

    /// <summary>A template with its values; null is nothing, numbers are written invariantly.</summary>
    public static Markup Of(FormattableString template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var values = template.GetArguments();
        var escaped = new object?[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            escaped[i] = new Escaped(values[i]);
        }

        return new(string.Format(CultureInfo.InvariantCulture, template.Format, escaped));
    }

    /// <summary>Text.</summary>
    public static Markup Text(string? text) => new(WebUtility.HtmlEncode(text) ?? string.Empty);

    /// <summary>A drawing of <see cref="SvgPlot"/>, or a part that <see cref="ReportParts"/> wrote: escaped where they were made.</summary>
    internal static Markup Made(string html) => new(html);

    /// <summary>Pieces one after the other.</summary>
    public static Markup Join(IEnumerable<Markup> pieces, string separator = "") =>
        new(string.Join(WebUtility.HtmlEncode(separator), pieces.Where(piece => !piece.IsNothing).Select(piece => piece.html)));

    /// <summary>The HTML.</summary>
    public override string ToString() => html ?? string.Empty;

    /// <inheritdoc/>
    public bool Equals(Markup other) => ToString() == other.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Markup other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Whether both are the same HTML.</summary>
    public static bool operator ==(Markup left, Markup right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Markup left, Markup right) => !left.Equals(right);

    /// <summary>Formats a value as it is asked for in the template, and escapes the result.</summary>
    private sealed class Escaped(object? value) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? formatProvider) => value switch
        {
            null => string.Empty,
            Markup markup => markup.ToString(),
            IEnumerable<Markup> pieces => Join(pieces).ToString(),
            IFormattable formattable => WebUtility.HtmlEncode(formattable.ToString(format, formatProvider)),
            _ => WebUtility.HtmlEncode(value.ToString()) ?? string.Empty,
        };
    }
}
