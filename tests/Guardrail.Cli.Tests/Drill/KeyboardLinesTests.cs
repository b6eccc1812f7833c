using Guardrail.Cli.Drill;

namespace Guardrail.Cli.Tests.Drill;

public sealed class KeyboardLinesTests
{
    private KeyboardLines keys = new(TimeProvider.System);

    [SetUp]
    public void BeginAnew() => keys = new(TimeProvider.System);

    [Test]
    public void Keys_become_lines_that_can_be_mended_and_called_back()
    {
        Type("hold chek");
        Press(ConsoleKey.Backspace);
        Type("ckout");
        Press(ConsoleKey.Backspace, ConsoleKey.Backspace, ConsoleKey.Backspace, ConsoleKey.Backspace, ConsoleKey.Backspace);
        Assert.That(keys.Typed, Is.EqualTo("hold che"));
        Type("ckout");
        Press(ConsoleKey.Enter);
        Type("oops");
        keys.Press(new('\u0015', ConsoleKey.U, shift: false, alt: false, control: true));
        Assert.That(keys.Typed, Is.Empty);
        Press(ConsoleKey.Backspace, ConsoleKey.UpArrow, ConsoleKey.UpArrow);
        Assert.That(keys.Typed, Is.EqualTo("hold checkout"));
        Press(ConsoleKey.DownArrow);
        Assert.That(keys.Typed, Is.Empty);
        Press(ConsoleKey.UpArrow, ConsoleKey.Enter);
        Assert.That(Lines(), Is.EqualTo(new[] { "hold checkout", "hold checkout" }));
    }

    [Test]
    public void A_line_does_not_grow_without_end()
    {
        Type(new string('x', 600));
        Assert.That(keys.Typed, Has.Length.EqualTo(500));
    }

    private IEnumerable<string?> Lines()
    {
        while (keys.Lines.TryRead(out var line))
        {
            yield return line.Text;
        }
    }

    private void Type(string text)
    {
        foreach (var letter in text)
        {
            keys.Press(new(letter, ConsoleKey.None, shift: false, alt: false, control: false));
        }
    }

    private void Press(params ReadOnlySpan<ConsoleKey> pressed)
    {
        foreach (var key in pressed)
        {
            keys.Press(new('\0', key, shift: false, alt: false, control: false));
        }
    }
}
