using Guardrail.Detection.Cells;

namespace Guardrail.Detection.Comparison;

/// <summary>What of a service is under test in a cell. The other rules look at that alone, and are tuned for each apart.</summary>
internal enum UnderTest
{
    /// <summary>Errors.</summary>
    Errors,

    /// <summary>Latency.</summary>
    Latency,

    /// <summary>Good events (orders).</summary>
    Business,
}

/// <summary>Reads what is under test from cells.</summary>
internal static class UnderTestExtensions
{
    /// <summary>What is under test in a cell.</summary>
    public static UnderTest UnderTest(this Cell cell) =>
        cell.Business is not null ? Comparison.UnderTest.Business : cell.Latency is not null ? Comparison.UnderTest.Latency : Comparison.UnderTest.Errors;

    /// <summary>
    /// Whether a healthy cell is the calm traffic of a faulty cell's service: the same rate, errors, latency, scrapes and schedule of pods, with
    /// nothing happening besides the rollout.
    /// </summary>
    public static bool IsCalmTwinOf(this Cell healthy, Cell faulty) =>
        healthy.IsHealthy
        && healthy.UnderTest() == faulty.UnderTest()
        && healthy is { Disturbances.IsEmpty: true, DiurnalFactor: 1 }
        && healthy.RequestsPerSecond == faulty.RequestsPerSecond
        && healthy.Errors == faulty.Errors
        && healthy.Latency == faulty.Latency
        && healthy.LatencyNoise == faulty.LatencyNoise
        && healthy.Business == faulty.Business
        && healthy.Routes.SequenceEqual(faulty.Routes)
        && healthy.Scraping.IntervalSeconds == faulty.Scraping.IntervalSeconds;

    /// <summary>Whether a healthy cell is a day, calm or not, of a faulty cell's service: the same rate and share of errors.</summary>
    public static bool IsADayOf(this Cell healthy, Cell faulty) =>
        healthy.IsHealthy
        && healthy.UnderTest() == faulty.UnderTest()
        && healthy.RequestsPerSecond == faulty.RequestsPerSecond
        && healthy.Errors.BaseRate == faulty.Errors.BaseRate
        && healthy.Routes.SequenceEqual(faulty.Routes);
}
