using System.Collections.Immutable;
using Guardrail.Detection.Peers.Argo;
using Guardrail.Detection.Peers.CloudWatch;
using Guardrail.Detection.Peers.Flagger;
using Guardrail.Detection.Peers.Kayenta;
using Guardrail.Detection.Peers.Sequential;

namespace Guardrail.Detection.Peers;

/// <summary>Every rule that Guardrail is compared with, at its tool's defaults (detection.md section 5).</summary>
public static class PeerCatalogue
{
    /// <summary>The rules.</summary>
    /// <param name="plannedShare">Share of traffic that the canary is planned to have at first.</param>
    /// <param name="bad">Which requests the tests on counts call bad.</param>
    public static ImmutableArray<PeerFamily> All(double plannedShare, BadEvents bad) =>
    [
        ArgoRule.Family(ArgoOptions.Documented),
        ArgoRule.Family(ArgoOptions.Strict),
        ArgoRule.Family(ArgoOptions.Patient),
        .. new[] { 1, 5, 10 }.Select(threshold => FlaggerRule.Family(new() { Threshold = threshold })),
        CloudWatchRule.Family(new()),
        CloudWatchRule.Family(new() { Missing = MissingData.Breaching }),
        CloudWatchRule.Family(new() { FleetWide = true }),
        .. Kayentas().Select(KayentaRule.Family),
        MixtureSprtRule.Family(0.001, bad),
        MixtureSprtRule.Family(0.01, bad),
        MultinomialRule.Family(10, plannedShare, bad),
        MultinomialRule.Family(100, plannedShare, bad),
        DkwRule.Family(),
        PeekingRule.Family(bad),
        CusumRule.Family(3, bad),
    ];

    /// <summary>
    /// The rules that look at latency, where errors are not under test: those with a limit on the 99th percentile are turned by it instead of
    /// by their limit on errors, as an operator of a slow service would.
    /// </summary>
    /// <param name="plannedShare">Share of traffic that the canary is planned to have at first.</param>
    /// <param name="edge">Index of the histogram edge beyond which the tests on counts call a request bad.</param>
    public static ImmutableArray<PeerFamily> OfLatency(double plannedShare, int edge)
    {
        var bad = new BadEvents(edge);
        return
        [
            .. new[] { 1, 5, 10 }.Select(threshold => FlaggerRule.LatencyFamily(new() { Threshold = threshold })),
            CloudWatchRule.LatencyFamily(new()),
            CloudWatchRule.LatencyFamily(new() { Missing = MissingData.Breaching }),
            CloudWatchRule.LatencyFamily(new() { FleetWide = true }),
            .. Kayentas().Select(KayentaRule.Family),
            MixtureSprtRule.Family(0.001, bad),
            MixtureSprtRule.Family(0.01, bad),
            MultinomialRule.Family(10, plannedShare, bad),
            MultinomialRule.Family(100, plannedShare, bad),
            DkwRule.Family(),
            PeekingRule.Family(bad),
            CusumRule.Family(3, bad),
        ];
    }

    private static IEnumerable<KayentaOptions> Kayentas() =>
        from minutes in new[] { 5, 10, 30 }
        from lookback in minutes == 30 ? [0] : new[] { 0, minutes }
        from thresholds in new[] { (Pass: 75, Marginal: 50), (Pass: 90, Marginal: 75) }
        select new KayentaOptions { IntervalMinutes = minutes, LookbackMinutes = lookback, Pass = thresholds.Pass, Marginal = thresholds.Marginal };
}
