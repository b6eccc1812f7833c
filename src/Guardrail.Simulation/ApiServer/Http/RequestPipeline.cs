using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The way of a request: who, what, allowed, faults, handler, answer.</summary>
internal sealed class RequestPipeline
{
    private readonly ObjectStore store;
    private readonly EmbeddedApiServerOptions options;
    private readonly ApiFaults faults;
    private readonly ApiCounters counters;
    private readonly GarbageCollector? collector;
    private readonly CancellationToken stopping;
    private readonly DiscoveryHandler discovery;
    private readonly OpenApiHandler openApi;
    private readonly ReviewHandler reviews;
    private readonly ResourceHandler resources;
    private readonly WatchHandler watches;
    private readonly AdmissionChain admission;
    private readonly PodProxy proxy;

    public RequestPipeline(
        ObjectStore store, EmbeddedApiServerOptions options, ApiFaults faults, ApiCounters counters, GarbageCollector? collector,
        CancellationToken stopping)
    {
        this.store = store;
        this.options = options;
        this.faults = faults;
        this.counters = counters;
        this.collector = collector;
        this.stopping = stopping;
        discovery = new DiscoveryHandler(store);
        openApi = new OpenApiHandler(store, discovery, t => store.Serves(t) ? store.RulesOf(t) : ResourceRules.None);
        reviews = new ReviewHandler(options.Authorizer);
        resources = new ResourceHandler(store);
        watches = new WatchHandler(store, faults, counters);
        admission = new AdmissionChain(store);
        proxy = new PodProxy(store);
    }

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await ServeAsync(http);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || http.RequestAborted.IsCancellationRequested)
        {
            // The client or the server has gone: nobody waits for an answer.
        }
        catch (Exception e) when (http.Response.HasStarted || e is IOException)
        {
            // The connection broke while the answer was being written, or what was being written broke: the client must not take it for whole.
            http.Abort();
        }
    }

    private static string Verb(HttpRequest request, RequestPath path)
    {
        var watch = path.IsWatchPath
            || (request.Query.TryGetValue("watch", out var value) && value.ToString() is not ("false" or "0"));
        return request.Method switch
        {
            "GET" or "HEAD" when path.Name is not null && !path.IsWatchPath => "get",
            "GET" or "HEAD" => watch ? "watch" : "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => path.Name is null ? "deletecollection" : "delete",
            _ => throw OptionErrors.NotAllowed(),
        };
    }

    private async Task ServeAsync(HttpContext http)
    {
        ApiResponse? response;
        IReadOnlyList<ApiFault> injected = [];
        try
        {
            var user = User(http.Request);
            var path = RequestPath.Parse(http.Request.Path.Value ?? "/");
            var call = Call(http.Request, path, user);
            counters.Count(call);
            injected = faults.Take(call);
            Authorize(call, path);
            if (await HarmAsync(http, injected) is { } harmed)
            {
                response = harmed;
            }
            else if (http.Response.HasStarted || http.RequestAborted.IsCancellationRequested)
            {
                return;
            }
            else
            {
                response = await AnswerAsync(http, path, call, injected);
            }
        }
        catch (ApiException error)
        {
            response = ApiResponse.Error(error);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or InvalidCastException)
        {
            response = ApiResponse.Error(ApiErrors.BadRequest($"the body could not be read: {e.Message}"));
        }
        catch (Exception e) when (e is not (OperationCanceledException or BadHttpRequestException) && !http.Response.HasStarted)
        {
            // A fault of this server itself, whatever it is, is an answer too.
            response = ApiResponse.Error(ApiErrors.Internal(e.Message));
        }

        if (injected.Any(f => f is ApiFault.ResetAfter))
        {
            http.Abort();
        }
        else if (response is not null)
        {
            await SendAsync(http, response);
        }
    }

    private async Task<ApiResponse?> AnswerAsync(HttpContext http, RequestPath? path, ApiCall call, IReadOnlyList<ApiFault> injected)
    {
        var request = http.Request;
        if (path is null)
        {
            return Plain(request);
        }

        if (path is { Group: "", Resource: "pods", Subresource: "proxy", Namespace: not null })
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            await proxy.ForwardAsync(http, path, ended.Token);
            return null;
        }

        if (call.Verb is not ("get" or "list" or "watch"))
        {
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            limited.CancelAfter(options.RequestTimeout);
            var body = await RequestBody.ReadAsync(request, limited.Token);
            if (request.ContentType?.StartsWith(ProtobufBody.MediaType, StringComparison.Ordinal) == true)
            {
                body = ProtobufBody.ToJson(body)
                    ?? throw new ApiException(415, "UnsupportedMediaType", "this server reads application/json and application/yaml, and of protobuf only Secrets");
                request.ContentType = "application/json";
            }

            return reviews.Handle(path, call.User, call.UserAgent, body) ?? await WriteAsync(http, path, call, body, limited.Token);
        }

        if (resources.Resolve(path) is not { } view)
        {
            return Unknown(path);
        }

        var read = new ApiRequest(http, path, view, call, Representation.Negotiate(request.Headers.Accept));
        if (call.Verb == "watch")
        {
            await watches.HandleAsync(read, injected, stopping);
            return null;
        }

        if (injected.Any(f => f is ApiFault.Expired) && (read.Query("resourceVersion") ?? read.Query("continue")) is { Length: > 0 })
        {
            throw ListHandler.Expired(null);
        }

        return resources.Read(read);
    }

    private async Task<ApiResponse> WriteAsync(HttpContext http, RequestPath path, ApiCall call, byte[] body, CancellationToken cancellationToken)
    {
        if (resources.Resolve(path) is not { } view)
        {
            return Unknown(path);
        }

        var request = new ApiRequest(http, path, view, call, Representation.Negotiate(http.Request.Headers.Accept));
        var response = await admission.WriteAsync(
            request, body, admit => resources.Write(request with { Admit = admit }, body), cancellationToken);
        collector?.Collect();
        return response;
    }

    private ApiResponse Unknown(RequestPath path) =>
        discovery.Kinds().Any(k => k.Group == path.Group)
            ? ApiResponse.Error(OptionErrors.NoSuchResource())
            : ApiResponse.NoSuchPath;

    private ApiResponse Plain(HttpRequest request)
    {
        var path = (request.Path.Value ?? "/").TrimEnd('/');
        var answer = path switch
        {
            "/healthz" or "/livez" or "/readyz" => ApiResponse.Text(200, "ok"),
            _ => discovery.Handle(path, request.Headers.Accept, request.Host.Value ?? "") ?? openApi.Handle(path),
        };
        return answer is not null && request.Method is not ("GET" or "HEAD") ? throw OptionErrors.NotAllowed()
            : answer ?? ApiResponse.NoSuchPath;
    }

    private string User(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var user = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? options.Tokens.GetValueOrDefault(header[7..].Trim())
            : options.AnonymousUser;
        var impersonated = request.Headers["Impersonate-User"].ToString();
        return user is null ? throw new ApiException(401, "Unauthorized", "Unauthorized")
            : impersonated.Length > 0 ? impersonated
            : user;
    }

    private static ApiCall Call(HttpRequest request, RequestPath? path, string user)
    {
        var agent = request.Headers.UserAgent.ToString();
        return path is null
            ? new ApiCall(user, request.Method.ToLowerInvariant(), "", request.Path.Value ?? "/", "", "", "", agent)
            : new ApiCall(
                user, Verb(request, path), path.Group, path.Resource, path.Subresource ?? "",
                path.Namespace ?? (path.Resource == "namespaces" ? path.Name ?? "" : ""), path.Name ?? SelectedName(request), agent);
    }

    /// <summary>A list or watch of one name counts as a request for that name, as in a real server: a role may be limited to it.</summary>
    private static string SelectedName(HttpRequest request)
    {
        const string ByName = "metadata.name=";
        var fields = request.Query["fieldSelector"].ToString();
        return request.Method is "GET" && fields.StartsWith(ByName, StringComparison.Ordinal) && !fields.Contains(',', StringComparison.Ordinal)
            ? fields[ByName.Length..].TrimStart('=')
            : "";
    }

    private void Authorize(ApiCall call, RequestPath? path)
    {
        if (!options.Authorizer(call))
        {
            counters.CountDenial();
            throw path is null ? OptionErrors.ForbiddenPath(call) : OptionErrors.Forbidden(call);
        }
    }

    private async Task<ApiResponse?> HarmAsync(HttpContext http, IReadOnlyList<ApiFault> injected)
    {
        foreach (var fault in injected)
        {
            switch (fault)
            {
                case ApiFault.Latency slow:
                    await Task.Delay(slow.Delay, store.Time, http.RequestAborted);
                    break;
                case ApiFault.ResetBefore:
                    http.Abort();
                    return null;
                case ApiFault.Answer { Code: 429 } busy:
                    return ApiResponse.Text(429, busy.Message) with { RetryAfterSeconds = busy.RetryAfterSeconds };
                case ApiFault.Answer answer:
                    throw new ApiException(answer.Code, answer.Reason, answer.Message) { RetryAfterSeconds = answer.RetryAfterSeconds };
            }
        }

        return null;
    }

    private static async Task SendAsync(HttpContext http, ApiResponse response)
    {
        http.Response.StatusCode = response.Status;
        http.Response.ContentType = response.ContentType;
        http.Response.ContentLength = response.Body.Length;
        if (response.RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        foreach (var warning in response.Warnings)
        {
            var escaped = new StringBuilder(warning).Replace("\\", "\\\\").Replace("\"", "\\\"");
            http.Response.Headers.Append("Warning", $"299 - \"{escaped}\"");
        }

        if (http.Request.Method != "HEAD")
        {
            await http.Response.Body.WriteAsync(response.Body, http.RequestAborted);
        }
    }
}
