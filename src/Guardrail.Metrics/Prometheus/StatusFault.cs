using System.Net;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Observing;

namespace Guardrail.Metrics.Prometheus;

/// <summary>Turns an answer that is no success into a fault with the likely fix.</summary>
internal static class StatusFault
{
    public static QueryOutcome.Faulted Of(string name, HttpResponseMessage response, string said, DateTimeOffset now)
    {
        var status = response.StatusCode;
        var answered = $"{name} answered {TransportFault.Describe(status)}{(said.Length == 0 ? string.Empty : ": " + said.TrimEnd('.'))}";
        return status switch
        {
            HttpStatusCode.TooManyRequests => new(FaultKind.Throttled, answered + ".", RetryAfter(response, now)),
            >= HttpStatusCode.InternalServerError => new(FaultKind.ServerError, answered + ".", RetryAfter(response, now)),
            HttpStatusCode.RequestTimeout => new(FaultKind.TimedOut, answered + "."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                new(FaultKind.Refused, $"{answered}; check the credentials that are sent to it."),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed =>
                new(FaultKind.Refused, $"{answered}; is that address a Prometheus, and does it need a path such as /prometheus?"),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new(FaultKind.Refused, $"{answered} to {Target(response)}; redirects are not followed, so give the address it points to."),
            HttpStatusCode.UnprocessableEntity when said.Contains("duplicate", StringComparison.Ordinal)
                || said.Contains("many-to-many", StringComparison.Ordinal) =>
                new(FaultKind.Refused, $"{answered}; the metric has duplicate series: let one scrape job collect it."),
            _ => new(FaultKind.Refused, answered + "."),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - now : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>Where a redirect points, without query and credentials.</summary>
    private static string Target(HttpResponseMessage response) =>
        response.Headers.Location is not { } location ? "nowhere"
        : location.IsAbsoluteUri
            ? Signals.ReasonText.Clip(location.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped))
        : Signals.ReasonText.Clip(location.OriginalString.Split('?', '#')[0]);
}
