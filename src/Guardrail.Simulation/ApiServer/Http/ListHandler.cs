using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Lists: selectors, pages, versions (recordings 04a, 04e).</summary>
internal sealed class ListHandler(ObjectStore store)
{
    public ApiResponse Handle(ApiRequest request)
    {
        var limit = request.Number("limit") ?? 0;
        var token = request.Query("continue") is { Length: > 0 } text ? ContinueToken.Parse(text) : null;
        var selector = request.Selector();
        var at = VersionOf(request, token, limit, out var ignoreLimit);
        if (ignoreLimit)
        {
            limit = 0;
        }

        IReadOnlyList<StoredObject> items;
        long version;
        try
        {
            (items, version) = store.ListStored(request.Type, request.Namespace, selector, at);
        }
        catch (ApiException gone) when (gone.Code == 410)
        {
            throw Expired(token);
        }

        if (token is not null)
        {
            items = [.. items.Where(i => string.CompareOrdinal(Key(i), token.After) > 0)];
        }

        if (limit <= 0 || items.Count <= limit)
        {
            return ObjectWriter.List(request, items, version, null, null, store.Time);
        }

        var page = items.Take((int)limit).ToArray();
        var next = new ContinueToken(version, Key(page[^1])).ToString();
        return ObjectWriter.List(
            request, page, version, next, selector.IsEverything ? items.Count - limit : null, store.Time);
    }

    /// <summary>410; for a page it brings a token with which the rest can be had at the newest version.</summary>
    public static ApiException Expired(ContinueToken? token) => token is null
        ? new ApiException(410, "Expired", "The resourceVersion for the provided list is too old.")
        : new ApiException(
            410, "Expired",
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
            + "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided "
            + "token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was "
            + "returned and now may show up in the list.")
        {
            ListContinue = new ContinueToken(-1, token.After).ToString(),
        };

    private static string Key(StoredObject item) => $"{item.Namespace}/{item.Name}";

    private long? VersionOf(ApiRequest request, ContinueToken? token, long limit, out bool ignoreLimit)
    {
        ignoreLimit = false;
        var given = request.Query("resourceVersion");
        var match = request.Query("resourceVersionMatch");
        CheckMatch(request, given, match, token);
        if (token is not null)
        {
            return token.Version < 0 ? null : token.Version;
        }

        if (string.IsNullOrEmpty(given))
        {
            return null;
        }

        if (!long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw ApiErrors.BadRequest(
                $"invalid resource version: resourceVersion: Invalid value: \"{given}\": strconv.ParseUint: parsing \"{given}\": invalid syntax");
        }

        ignoreLimit = version == 0;
        if (version > store.Version)
        {
            throw TooLarge(version, store.Version);
        }

        return version > 0 && (match == "Exact" || (string.IsNullOrEmpty(match) && limit > 0)) ? version : null;
    }

    /// <summary>504: a version that does not exist yet. A real server waits 3 s for it first; this one answers at once.</summary>
    public static ApiException TooLarge(long asked, long current) => new(
        504, "Timeout", FormattableString.Invariant($"Timeout: Too large resource version: {asked}, current: {current}"),
        new JsonObject
        {
            ["causes"] = new JsonArray(
                new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        })
    {
        RetryAfterSeconds = 1,
    };

    private static void CheckMatch(ApiRequest request, string? given, string? match, ContinueToken? token)
    {
        if (request.Query("sendInitialEvents") is not null)
        {
            throw OptionErrors.Invalid(
                "ListOptions", FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }

        if (token is not null && !string.IsNullOrEmpty(given) && given != "0")
        {
            throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        }

        if (string.IsNullOrEmpty(match))
        {
            return;
        }

        const string Field = "resourceVersionMatch";
        if (string.IsNullOrEmpty(given))
        {
            throw OptionErrors.Invalid(
                "ListOptions", FieldError.Forbidden(Field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }

        if (match is not ("Exact" or "NotOlderThan"))
        {
            throw OptionErrors.Invalid("ListOptions", FieldError.NotSupported(Field, $"\"{match}\"", ["Exact", "NotOlderThan", ""]));
        }

        if (match == "Exact" && given == "0")
        {
            throw OptionErrors.Invalid(
                "ListOptions", FieldError.Forbidden(Field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
    }
}
