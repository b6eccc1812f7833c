using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>ValidatingWebhookConfigurations: defaults and checks as recorded (08c). Conditions in CEL are refused, for nothing here evaluates them.</summary>
internal sealed class WebhookConfigurationRules() : PlainRules("ValidatingWebhookConfiguration")
{
    public override bool RaisesGeneration(JsonObject item, JsonObject old) => !JsonNode.DeepEquals(item["webhooks"], old["webhooks"]);

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        foreach (var webhook in Webhooks(item))
        {
            Default(webhook, "failurePolicy", "Fail");
            Default(webhook, "matchPolicy", "Equivalent");
            Default(webhook, "namespaceSelector", new JsonObject());
            Default(webhook, "objectSelector", new JsonObject());
            Default(webhook, "timeoutSeconds", 10L);
            foreach (var rule in (webhook["rules"] as JsonArray)?.OfType<JsonObject>() ?? [])
            {
                Default(rule, "scope", "*");
            }

            if (webhook["clientConfig"]?["service"] is JsonObject service)
            {
                Default(service, "port", 443L);
            }
        }
    }

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old) =>
        Webhooks(item).SelectMany((webhook, number) => ValidateOne(webhook, FormattableString.Invariant($"webhooks[{number}]")));

    private static IEnumerable<JsonObject> Webhooks(JsonObject item) => (item["webhooks"] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static IEnumerable<FieldError> ValidateOne(JsonObject webhook, string at)
    {
        var name = (string?)webhook["name"] ?? "";
        if (name.Split('.') is not { Length: >= 3 })
        {
            yield return FieldError.Invalid($"{at}.name", $"\"{name}\"", "should be a domain with at least three segments separated by dots");
        }

        if ((string?)webhook["sideEffects"] is var effects && effects is not ("None" or "NoneOnDryRun"))
        {
            yield return effects is null
                ? FieldError.Required($"{at}.sideEffects", "must specify one of None, NoneOnDryRun")
                : FieldError.NotSupported($"{at}.sideEffects", $"\"{effects}\"", ["None", "NoneOnDryRun"]);
        }

        if ((long?)webhook["timeoutSeconds"] is { } seconds and (< 1 or > 30))
        {
            yield return FieldError.Invalid(
                $"{at}.timeoutSeconds", FormattableString.Invariant($"{seconds}"), "the timeout value must be between 1 and 30 seconds");
        }

        if (webhook["matchConditions"] is JsonArray { Count: > 0 })
        {
            yield return FieldError.Forbidden($"{at}.matchConditions", "this server evaluates no CEL");
        }

        if ((webhook["admissionReviewVersions"] as JsonArray)?.Any(v => (string?)v is "v1" or "v1beta1") != true)
        {
            var shown = webhook["admissionReviewVersions"]?.ToJsonString() ?? "[]";
            yield return FieldError.Invalid($"{at}.admissionReviewVersions", shown, "must include at least one of v1, v1beta1");
        }

        if ((string?)webhook["clientConfig"]?["url"] is { } text && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme != "https")
        {
            yield return FieldError.Invalid(
                $"{at}.clientConfig.url", $"\"{url.Scheme}\"", "'https' is the only allowed URL scheme; desired format: https://host[/path]");
        }
    }
}
