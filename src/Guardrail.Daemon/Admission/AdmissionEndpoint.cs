using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Admission;

/// <summary>Answers <c>POST /admission/NAME</c> by the rule of that name.</summary>
internal sealed partial class AdmissionEndpoint(IEnumerable<IAdmissionRule> rules, ILogger<AdmissionEndpoint> logger)
{
    /// <summary>Path below which rules are asked.</summary>
    public const string Path = "/admission/";

    /// <summary>Largest question that is read: two objects of the largest size that the API server stores, and what surrounds them.</summary>
    public const long BodyLimit = 8L * 1024 * 1024;

    private readonly Dictionary<string, IAdmissionRule> rules = rules.ToDictionary(rule => Path + rule.Name, StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext http)
    {
        if (!rules.TryGetValue(http.Request.Path.Value ?? "", out var rule))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        try
        {
            using var review = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted).ConfigureAwait(false);
            if (AdmissionReview.Read(review.RootElement) is not { } request)
            {
                await RefuseAsync(http, "The body is no AdmissionReview of admission.k8s.io/v1 with a request.").ConfigureAwait(false);
                return;
            }

            var verdict = rule.Evaluate(request);
            if (verdict is AdmissionVerdict.Denied denied)
            {
                LogDenied(request.Operation, request.Resource, request.Namespace, request.Name, request.User, denied.Message);
            }

            http.Response.ContentType = "application/json";
            var answer = Encoding.UTF8.GetBytes(AdmissionReview.Answer(request, verdict).ToJsonString(JsonSerializerOptions.Default));
            await http.Response.Body.WriteAsync(answer, http.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            await RefuseAsync(http, "The body is no JSON.").ConfigureAwait(false);
        }
        catch (BadHttpRequestException fault)
        {
            http.Response.StatusCode = fault.StatusCode;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The API server does not wait any longer.
        }
    }

    private static async Task RefuseAsync(HttpContext http, string why)
    {
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(why, http.RequestAborted).ConfigureAwait(false);
    }

    [LoggerMessage(100, LogLevel.Information, "Refused the {Operation} of {Resource} {Namespace}/{Name} by {User}: {Message}")]
    private partial void LogDenied(string operation, string resource, string @namespace, string name, string user, string message);
}
