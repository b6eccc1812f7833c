using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Guardrail.Daemon.Notifications;

/// <summary>Posts JSON once, with limits, and says what became of it in words that hold no secret.</summary>
internal sealed class DeliveryClient(HttpClient http, DeliveryLimits limits, TimeProvider time)
{
    /// <summary>Follows no redirect, for a post that is sent elsewhere as a GET looks delivered and is not.</summary>
    public static HttpClient NewHttp() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
        MaxResponseDrainSize = 0,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Posts it.</summary>
    /// <param name="address">Where.</param>
    /// <param name="body">JSON.</param>
    /// <param name="key">The notification's key, as Idempotency-Key; null for none.</param>
    /// <param name="cancellationToken">Ends the attempt; then it throws.</param>
    public async Task<DeliveryResult> PostAsync(Uri address, byte[] body, string? key, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.Attempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = Request(address, body, key);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var result = Judge(answer);
            await DrainAsync(answer, either.Token).ConfigureAwait(false);
            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult.Failed(string.Create(CultureInfo.InvariantCulture, $"no answer within {limits.Attempt.TotalSeconds:0.#} s"));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            // The message of a fault can repeat the URL; what kind it was does not.
            return new DeliveryResult.Failed(fault is HttpRequestException request ? $"the request failed ({request.HttpRequestError})" : "the connection broke");
        }
    }

    private static HttpRequestMessage Request(Uri address, byte[] body, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("guardrail", null));
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (address.UserInfo.Length > 0)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        }

        return request;
    }

    private DeliveryResult Judge(HttpResponseMessage answer)
    {
        var code = (int)answer.StatusCode;
        return code switch
        {
            >= 200 and < 300 => new DeliveryResult.Delivered(),
            408 or 425 or 429 or >= 500 => new DeliveryResult.Failed($"it answered {code}", RetryAfter(answer)),
            >= 300 and < 400 => new DeliveryResult.Refused($"it answered {code}, and redirects are not followed: name the final address"),
            _ => new DeliveryResult.Refused($"it answered {code}"),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter is not { } header ? null : header.Delta ?? (header.Date - time.GetUtcNow());
        return asked is not { } pause || pause <= TimeSpan.Zero ? null : pause < limits.LongestRetryAfter ? pause : limits.LongestRetryAfter;
    }

    /// <summary>Reads the answer to its end, so that the connection can be used again; one that is too long ends with its connection instead.</summary>
    private async Task DrainAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            try
            {
                for (var left = limits.Answer; left > 0;)
                {
                    var count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                    if (count == 0)
                    {
                        return;
                    }

                    left -= count;
                }
            }
            catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException)
            {
                // The status was the answer; what was to follow does not matter.
            }
        }
    }
}
