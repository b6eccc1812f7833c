using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Tests.Scenarios.Live;

public sealed class LivePlayTests
{
    [Test]
    [CancelAfter(10_000)]
    public void A_policy_that_reads_what_embedded_pods_do_not_serve_is_refused_in_one_sentence(CancellationToken cancellationToken)
    {
        var scenario = Samples.Read("""
            services: {web: {traffic: 10/s}}
            policy: {signals: [{errors: {metric: shop_requests_total, outcomeLabels: [code]}}]}
            """);
        Assert.That(
            () => LivePlay.StartAsync(scenario, new(), cancellationToken),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("the signal \"errors\" of policy simulated cannot be played live"));
    }

    [TestCase(0.9)]
    [TestCase(20.5)]
    public void A_speed_that_the_daemon_cannot_keep_is_refused(double speed) =>
        Assert.That(() => new LiveOptions { Speed = speed }, Throws.TypeOf<ArgumentOutOfRangeException>());
}
