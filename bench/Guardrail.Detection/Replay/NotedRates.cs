namespace Guardrail.Detection.Replay;

/// <summary>
/// Requests a minute that the recordings' own notes give, for rows whose percentage says nothing of their number: a service that never failed has
/// 100 % in every row.
/// </summary>
internal static class NotedRates
{
    private const long Fewest = 5;

    /// <summary>Requests of a minute in one of several rows of a service.</summary>
    /// <param name="service">The called service.</param>
    /// <param name="rows">Rows a minute over which its requests are spread.</param>
    public static long Usual(string service, int rows) => Math.Max(Fewest, (long)(PerMinute(service) / Math.Max(1, rows)));

    // All pods and callers together. The notes: adservice 16 to 20 per pod of five, productcatalog and currency 130 to 200 in all, checkout 8 to 14.
    private static double PerMinute(string service) => service switch
    {
        "adservice" => 90,
        "productcatalogservice" or "currencyservice" => 165,
        "checkoutservice" => 11,
        _ => 0,
    };
}
