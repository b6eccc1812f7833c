using System.Collections.Immutable;
using Guardrail.Detection.Peers.Sequential;
using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Peers.Argo;
using Guardrail.Simulation.Peers.CloudWatch;
using Guardrail.Simulation.Peers.Flagger;
using Guardrail.Simulation.Peers.Kayenta;

namespace Guardrail.Detection.Peers;

/// <summary>Every rule that Guardrail is compared with, at its tool's defaults (detection.md section 5).</summary>
public static class PeerCatalogue
{
    /// <summary>The rules.</summary>
    /// <param name="plannedShare">Share of traffic that the canary is planned to have at first.</param>
    /// <param name="bad">Which requests the tests on counts call bad.</param>
    public static ImmutableArray<PeerFamily> All(double plannedShare, BadEvents bad) =>
    [
        .. Argos.Select(ArgoRule.Family),
        .. Flaggers().Select(FlaggerRule.Family),
        .. CloudWatches.Select(CloudWatchRule.Family),
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
            .. Flaggers().Select(FlaggerRule.LatencyFamily),
            .. CloudWatches.Select(CloudWatchRule.LatencyFamily),
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

    /// <summary>
    /// The rules that look at good events (orders): every request without one is fed to them as an error. DKW bands look at latency alone.
    /// </summary>
    /// <param name="plannedShare">Share of traffic that the canary is planned to have at first.</param>
    /// <param name="usual">Good events per request of a healthy service.</param>
    public static ImmutableArray<PeerFamily> OfBusiness(double plannedShare, double usual) =>
    [
        .. Argos.Select(options => ArgoRule.BusinessFamily(options, usual)),
        .. Flaggers().Select(options => FlaggerRule.BusinessFamily(options, usual)),
        .. CloudWatches.Select(options => CloudWatchRule.BusinessFamily(options, usual)),
        .. Kayentas().Select(KayentaRule.BusinessFamily),
        MixtureSprtRule.Family(0.001, BadEvents.Errors),
        MixtureSprtRule.Family(0.01, BadEvents.Errors),
        MultinomialRule.Family(10, plannedShare, BadEvents.Errors),
        MultinomialRule.Family(100, plannedShare, BadEvents.Errors),
        PeekingRule.Family(BadEvents.Errors),
        CusumRule.Family(1.02, BadEvents.Errors),
    ];

    private static ImmutableArray<ArgoOptions> Argos { get; } =
        [ArgoOptions.Documented, ArgoOptions.Strict, ArgoOptions.Patient, ArgoOptions.HalfMinute, ArgoOptions.Fast, ArgoOptions.Fastest];

    private static ImmutableArray<CloudWatchOptions> CloudWatches { get; } =
    [
        new(),
        new() { Missing = MissingData.Breaching },
        new() { FleetWide = true },
        new() { Period = 30 },
        new() { Period = 10 },
        new() { Period = 10, Missing = MissingData.Breaching },
        new() { Period = 10, EvaluationPeriods = 1, DatapointsToAlarm = 1 },
        new() { Period = 10, FleetWide = true },
    ];

    // The defaults, and the shortest interval that Flagger takes, with its queries' default range and with a short one.
    private static IEnumerable<FlaggerOptions> Flaggers() =>
    [
        .. new[] { 1, 5, 10 }.Select(threshold => new FlaggerOptions { Threshold = threshold }),
        .. new[] { 1, 3, 6 }.Select(threshold => new FlaggerOptions { Threshold = threshold, Interval = 10 }),
        .. new[] { 1, 3, 6 }.Select(threshold => new FlaggerOptions { Threshold = threshold, Interval = 10, MetricInterval = 30 }),
    ];

    private static IEnumerable<KayentaOptions> Kayentas() =>
        from minutes in new[] { 5, 10, 30 }
        from lookback in minutes == 30 ? [0] : new[] { 0, minutes }
        from thresholds in new[] { (Pass: 75, Marginal: 50), (Pass: 90, Marginal: 75) }
        select new KayentaOptions { IntervalMinutes = minutes, LookbackMinutes = lookback, Pass = thresholds.Pass, Marginal = thresholds.Marginal };
}
