using Guardrail.Metrics.Prometheus;
using Guardrail.Metrics.Scraping;

namespace Guardrail.Metrics.Tests;

internal sealed class OptionTests
{
    private static readonly PrometheusOptions Good = new() { Address = new Uri("https://mimir.example/prometheus") };

    [Test]
    public void Defaults_are_valid()
    {
        Assert.That(Good.Validate, Throws.Nothing);
        Assert.That(new ScrapeOptions().Validate, Throws.Nothing);
    }

    [TestCase("ftp://prometheus", "give an absolute http or https address")]
    [TestCase("http://user:secret@prometheus", "carries credentials")]
    [TestCase("http://prometheus/?x=1", "has a query or fragment")]
    public void An_address_that_cannot_be_used_is_refused_without_telling_its_secret(string address, string reason)
    {
        Assert.That(
            (Good with { Address = new Uri(address) }).Validate,
            Throws.ArgumentException.With.Message.Contains(reason).And.Message.Contains("Address").And.Message.Not.Contains("secret"));
    }

    [Test]
    public void A_value_out_of_range_is_named_with_its_range()
    {
        Assert.That(
            (Good with { ReadBudget = TimeSpan.FromSeconds(1) }).Validate,
            Throws.InstanceOf<ArgumentException>().With.Message.StartsWith("ReadBudget is 00:00:01; set it within 00:00:05 to 00:05:00."));
        Assert.That(
            new ScrapeOptions { ConcurrentScrapes = 0 }.Validate,
            Throws.InstanceOf<ArgumentException>().With.Message.StartsWith("ConcurrentScrapes is 0; set it within 1 to 512."));
    }
}
