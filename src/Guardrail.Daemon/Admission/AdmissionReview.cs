using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Admission;

/// <summary>Reads the API server's question and writes the answer (AdmissionReview of admission.k8s.io/v1).</summary>
internal static class AdmissionReview
{
    private const string ApiVersion = "admission.k8s.io/v1";

    /// <summary>Longest message that is sent, in characters.</summary>
    private const int MessageLimit = 2048;

    /// <summary>Longest warning that is sent: a header of the answer, which the API server cuts at 256 bytes.</summary>
    private const int WarningLimit = 250;

    /// <summary>The question; null when it is none of this version.</summary>
    public static AdmissionRequest? Read(JsonElement review)
    {
        var request = review.Field("request");
        if (review.Text("apiVersion") != ApiVersion || review.Text("kind") != "AdmissionReview" || request.Text("uid") is not { Length: > 0 } uid)
        {
            return null;
        }

        return new AdmissionRequest
        {
            Uid = uid,
            Group = request.Field("resource").Text("group") ?? "",
            Resource = request.Field("resource").Text("resource") ?? "",
            Subresource = request.Text("subResource") ?? "",
            Operation = request.Text("operation") ?? "",
            Namespace = request.Text("namespace") ?? "",
            Name = request.Text("name") ?? "",
            User = request.Field("userInfo").Text("username") ?? "",
            IsDryRun = request.Flag("dryRun"),
            NewObject = request.Field("object"),
            OldObject = request.Field("oldObject"),
        };
    }

    /// <summary>The answer. A denial needs code and reason: without them clients get 400.</summary>
    public static JsonObject Answer(AdmissionRequest request, AdmissionVerdict verdict)
    {
        var response = new JsonObject { ["uid"] = request.Uid, ["allowed"] = verdict is AdmissionVerdict.Allowed };
        switch (verdict)
        {
            case AdmissionVerdict.Denied denied:
                response["status"] = new JsonObject
                {
                    ["code"] = 403,
                    ["reason"] = "Forbidden",
                    ["message"] = Cut(denied.Message, MessageLimit),
                };
                break;
            case AdmissionVerdict.Allowed { Warning: { } warning }:
                response["warnings"] = new JsonArray(Cut(warning, WarningLimit));
                break;
            default:
                break;
        }

        return new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = "AdmissionReview", ["response"] = response };
    }

    private static string Cut(string text, int limit) => text.Length <= limit ? text : text[..(limit - 3)] + "...";
}
