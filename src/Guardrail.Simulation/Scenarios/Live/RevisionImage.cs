namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>Names a revision of a service as images are named, <c>shop/checkout:v2</c>, by which the traffic tells revisions apart.</summary>
internal static class RevisionImage
{
    public static string Of(string ns, string service, string revision) => $"{ns}/{service}:{revision}";

    public static string Revision(string image) => image[(image.LastIndexOf(':') + 1)..];
}
