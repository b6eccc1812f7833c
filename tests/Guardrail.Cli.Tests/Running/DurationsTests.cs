using System.Globalization;
using Guardrail.Cli.Running;

namespace Guardrail.Cli.Tests.Running;

internal sealed class DurationsTests
{
    [TestCase("500ms", 0.5)]
    [TestCase("5s", 5)]
    [TestCase("1.5s", 1.5)]
    [TestCase("10m", 600)]
    [TestCase("6h", 21600)]
    [TestCase("0s", 0)]
    public void A_number_with_a_unit_is_a_duration(string text, double seconds)
    {
        Assert.That(Durations.TryParse(text, out var duration), text.ToString(CultureInfo.InvariantCulture));
        Assert.That(duration, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase("")]
    [TestCase("5")]
    [TestCase("s")]
    [TestCase("-5s")]
    [TestCase("5 s")]
    [TestCase("5sm")]
    [TestCase("5d")]
    [TestCase("1,5s")]
    [TestCase("1e3s")]
    [TestCase("NaNs")]
    [TestCase("1000000000h")]
    [TestCase("99999999999h")]
    public void Anything_else_is_none(string text) => Assert.That(Durations.TryParse(text, out _), Is.False);
}
