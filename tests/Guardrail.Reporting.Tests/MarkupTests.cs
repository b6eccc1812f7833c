namespace Guardrail.Reporting.Tests;

public sealed class MarkupTests
{
    [Test]
    public void Values_are_escaped_and_pieces_are_not()
    {
        var inner = Markup.Of($"<b>{"a < b & \"c\""}</b>");

        Assert.That(Markup.Of($"<p title=\"{"\"><x"}\">{inner}</p>").ToString(), Is.EqualTo("<p title=\"&quot;&gt;&lt;x\"><b>a &lt; b &amp; &quot;c&quot;</b></p>"));
    }

    [Test]
    public void A_text_that_looks_like_a_template_is_text() => Assert.That(Markup.Of($"{"{0} {{1}}"}").ToString(), Is.EqualTo("{0} {{1}}"));

    [Test]
    public void Numbers_are_written_as_asked_for_and_invariantly() => Assert.That(Markup.Of($"{1234.5:N1} {0.25:0.##}").ToString(), Is.EqualTo("1,234.5 0.25"));

    [Test]
    public void Pieces_follow_each_other_and_nothing_is_left_out() =>
        Assert.That(Markup.Join([Markup.Text("<"), Markup.Nothing, Markup.Text("b")], " & ").ToString(), Is.EqualTo("&lt; &amp; b"));

    [Test]
    public void A_list_of_pieces_is_written_out() =>
        Assert.That(Markup.Of($"<ul>{new[] { "a", "<" }.Select(t => Markup.Of($"<li>{t}</li>"))}</ul>").ToString(), Is.EqualTo("<ul><li>a</li><li>&lt;</li></ul>"));

    [Test]
    public void A_style_sheet_cannot_end_its_element() =>
        Assert.That(() => ReportParts.StyleText("a{} </style><script>"), Throws.ArgumentException);
}
