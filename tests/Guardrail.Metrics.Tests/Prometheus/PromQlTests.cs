using Guardrail.Metrics.Prometheus;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Tests.Prometheus;

internal sealed class PromQlTests
{
    private static readonly string[] CopyLabels = ["job", "container"];

    [Test]
    public void Asks_for_counters_and_scrape_times_in_one_expression()
    {
        var query = new PromQl(new SeriesRequest("http_requests_total", "namespace", "pod", ["code", "status"]), ["shop"], CopyLabels);

        Assert.That(
            query.Expression,
            Is.EqualTo(
                "label_replace(sum by (namespace,pod,instance,job,container,code,status)(" +
                "{__name__=\"http_requests_total\",namespace=\"shop\"}),\"guardrail_part\",\"value\",\"\",\"\")" +
                " or label_replace(max by (namespace,pod)(timestamp(" +
                "{__name__=\"http_requests_total\",namespace=\"shop\"})),\"guardrail_part\",\"at\",\"\",\"\")"));
        Assert.That(query.Expression, Does.Not.Contain("rate(").And.Not.Contain("increase("));
    }

    [Test]
    public void Asks_for_both_metrics_and_the_scrape_of_each_in_one_expression()
    {
        var query = new PromQl(new SeriesRequest("http_requests_total", "namespace", "pod", ["route"], "orders_total"), ["shop"], ["job"]);

        const string requests = "({__name__=\"http_requests_total\",namespace=\"shop\"})";
        const string orders = "({__name__=\"orders_total\",namespace=\"shop\"})";
        Assert.That(
            query.Expression,
            Is.EqualTo(
                $"label_replace(sum by (namespace,pod,instance,job,route){requests},\"guardrail_part\",\"value\",\"\",\"\")" +
                $" or label_replace(max by (namespace,pod,instance)(timestamp{requests}),\"guardrail_part\",\"at\",\"\",\"\")" +
                $" or label_replace(sum by (namespace,pod,instance,job,route){orders},\"guardrail_part\",\"companion\",\"\",\"\")" +
                $" or label_replace(max by (namespace,pod,instance)(timestamp{orders}),\"guardrail_part\",\"companion_at\",\"\",\"\")"));
        Assert.That(query.CompanionOrigin, Is.EqualTo("orders_total{namespace=\"shop\"}"));
    }

    [Test]
    public void Escapes_names_that_would_mean_something_else()
    {
        var query = new PromQl(new SeriesRequest("a\"b\\c", "k8s.namespace.name", "pod", []), ["x.y", "z"], []);

        Assert.That(query.Expression, Does.Contain("""{__name__="a\"b\\c","k8s.namespace.name"=~"x\\.y|z"}"""));
        Assert.That(query.Expression, Does.Contain("""sum by ("k8s.namespace.name",pod,instance)"""));
    }

    [Test]
    public void A_label_that_the_signal_asks_for_tells_no_copies_apart()
    {
        var query = new PromQl(new SeriesRequest("m", "namespace", "pod", ["code", "container"]), ["shop"], CopyLabels);

        Assert.That(query.CopyLabels, Is.EqualTo((string[])["job"]));
        Assert.That(query.Expression, Does.Contain("sum by (namespace,pod,instance,job,code,container)"));
    }

    [Test]
    public void Names_a_few_namespaces_and_the_number_of_the_others()
    {
        var query = new PromQl(
            new SeriesRequest("m", "namespace", "pod", []), [.. Enumerable.Range(10, 12).Select(static i => $"n{i}")], []);

        Assert.That(query.Origin, Is.EqualTo("m{namespace=~\"n10|n11|n12|n13|n14|… 7 more\"}"));
    }
}
