using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>One webhook of a ValidatingWebhookConfiguration.</summary>
internal sealed class AdmissionWebhook(JsonObject json)
{
    public string Name { get; } = (string?)json["name"] ?? "";

    public bool FailsClosed { get; } = (string?)json["failurePolicy"] != "Ignore";

    public int TimeoutSeconds { get; } = (int?)(long?)json["timeoutSeconds"] ?? 10;

    public string? Url { get; } = (string?)json["clientConfig"]?["url"];

    /// <summary>Service that is to be called: namespace, name, port, path.</summary>
    public JsonObject? Service { get; } = json["clientConfig"]?["service"] as JsonObject;

    /// <summary>Who is trusted: Base64 of PEM; null for what the machine trusts.</summary>
    public string? CaBundle { get; } = (string?)json["clientConfig"]?["caBundle"];

    /// <summary>Whether it wants to be asked about writes of this kind at all.</summary>
    public bool Wants(ApiRequest request, string operation) => (json["rules"] as JsonArray)?.OfType<JsonObject>().Any(
        rule => Has(rule, "operations", operation) && Has(rule, "apiGroups", request.View.Group) && Has(rule, "apiVersions", request.View.Version)
            && HasScope(rule, request.Type) && HasResource(rule, request.Type.Plural, request.Path.Subresource)) == true;

    /// <summary>Whether the namespace and either state of the object are selected.</summary>
    /// <param name="namespaceLabels">Labels of the object's namespace; null for an object in none, which every namespace selector selects.</param>
    /// <param name="old">The object as it is stored; null when there is none.</param>
    /// <param name="wanted">The object as it would be stored; null when there would be none.</param>
    public bool Selects(JsonObject? namespaceLabels, JsonObject? old, JsonObject? wanted)
    {
        var objects = LabelSelector.FromObject(json["objectSelector"] as JsonObject);
        return (namespaceLabels is null || LabelSelector.FromObject(json["namespaceSelector"] as JsonObject).Matches(namespaceLabels))
            && (objects.IsEverything || IsSelected(old) || IsSelected(wanted));

        bool IsSelected(JsonObject? item) => item is not null && objects.Matches(item["metadata"]?["labels"] as JsonObject);
    }

    private static bool Has(JsonObject rule, string key, string value) => Values(rule, key).Any(v => v == "*" || v == value);

    private static bool HasScope(JsonObject rule, ResourceType type) => (string?)rule["scope"] switch
    {
        "Namespaced" => type.Namespaced,
        "Cluster" => !type.Namespaced,
        _ => true,
    };

    private static bool HasResource(JsonObject rule, string resource, string? subresource) => Values(rule, "resources").Any(wanted =>
        wanted == "*/*"
        || (subresource is null ? wanted == "*" || wanted == resource
            : wanted == $"{resource}/{subresource}" || wanted == $"{resource}/*" || wanted == $"*/{subresource}"));

    private static IEnumerable<string> Values(JsonObject rule, string key) => (rule[key] as JsonArray)?.Select(v => (string?)v ?? "") ?? [];
}
