using System.Globalization;
using System.Text.Json;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Records;

/// <summary>
/// How old a person's request is. What was asked for in an incident must not be done hours later, when a daemon comes back to another situation.
/// </summary>
public static class RequestAge
{
    /// <summary>Age from which a request that was not answered is dropped: 10 min, as for intents.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Why a record's request is dropped; null when it is not. Its age counts by the API server's clock, and where the server does not tell, by the
    /// time that the request itself names; without either it is taken for new.
    /// </summary>
    /// <param name="record">A record with a request that was not answered.</param>
    /// <param name="now">The time.</param>
    public static string? WhyDropped(GuardedRollout record, DateTimeOffset now)
    {
        if (record.Spec.Request is not { } request || (record.Metadata.RequestedAt ?? request.At) is not { } asked || now - asked <= Limit)
        {
            return null;
        }

        var begun = record.Status?.Intents.Any(i => i.Decision == RequestPatch.NameOf(request)) == true
            ? "it was begun, and whether it took effect the workload shows"
            : "nothing was done";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Dropped: asked for at {asked.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z and not answered within {Limit.TotalMinutes:0} min; {begun}. Ask again if it is still wanted.");
    }

    /// <summary>When the API server took the request; null when it does not tell.</summary>
    internal static DateTimeOffset? Read(JsonElement record)
    {
        DateTimeOffset? newest = null;
        foreach (var entry in record.Field("metadata").Items("managedFields"))
        {
            if (entry.Field("fieldsV1").Field("f:spec").Field("f:request").ValueKind == JsonValueKind.Object
                && entry.Time("time") is { } time && !(time <= newest))
            {
                newest = time;
            }
        }

        return newest;
    }
}
