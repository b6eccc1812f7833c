using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>One write that webhooks are asked about, and the question as a real server puts it (recording 08a).</summary>
internal sealed class ReviewedWrite(ApiRequest request, byte[] body, StoredObject? old, StoredObject? wanted)
{
    private static readonly string[] Deletion = ["gracePeriodSeconds", "preconditions", "orphanDependents", "propagationPolicy"];

    public ApiRequest Request => request;

    public string Operation { get; } = (old, wanted) switch
    {
        (_, null) => "DELETE",
        (null, _) => "CREATE",
        _ => "UPDATE",
    };

    /// <summary>What it rests on: a write of another name, or on another version, is another question.</summary>
    public (string Namespace, string Name, long Version) Basis { get; } =
        old is null ? ("", "", 0) : (old.Namespace, old.Name, old.Version);

    public JsonObject? Old { get; } = old is null ? null : Shown(request, old);

    public JsonObject? Wanted { get; } = wanted is null ? null : Shown(request, wanted);

    public StoredObject Subject { get; } = wanted ?? old!;

    /// <summary>The AdmissionReview.</summary>
    public JsonObject Question(string uid)
    {
        var (sub, type) = (request.Path.Subresource, request.Type);
        var scale = sub == "scale";
        var kind = Kind(scale ? "autoscaling" : request.View.Group, scale ? "v1" : request.View.Version, scale ? "Scale" : request.View.Kind);
        var resource = new JsonObject { ["group"] = request.View.Group, ["version"] = request.View.Version, ["resource"] = type.Plural };
        var asked = new JsonObject { ["uid"] = uid, ["kind"] = kind, ["resource"] = resource };
        ObjectMeta.Set(asked, "subResource", sub);
        asked["requestKind"] = kind.DeepClone();
        asked["requestResource"] = resource.DeepClone();
        ObjectMeta.Set(asked, "requestSubResource", sub);

        // Each object of a collection is asked about without its name.
        ObjectMeta.Set(asked, "name", request.Call.Verb == "deletecollection" ? null : Subject.Name);
        ObjectMeta.Set(asked, "namespace", type.Namespaced ? Subject.Namespace : type == ResourceTypes.Namespaces ? Subject.Name : null);
        asked["operation"] = Operation;
        asked["userInfo"] = User(request.Call.User);
        asked["object"] = Wanted?.DeepClone();
        asked["oldObject"] = Old?.DeepClone();
        asked["dryRun"] = request.Query("dryRun") == "All";
        asked["options"] = Options();
        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = asked };
    }

    private static JsonObject Shown(ApiRequest request, StoredObject item) => request.Path.Subresource == "scale"
        ? ScaleHandler.Of(request, item)
        : request.View.Shown(item.WithManagedFields());

    private static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

    private static JsonObject User(string name)
    {
        var groups = new JsonArray();
        if (name.Split(':') is ["system", "serviceaccount", var ns, _])
        {
            groups.Add("system:serviceaccounts");
            groups.Add($"system:serviceaccounts:{ns}");
        }

        groups.Add("system:authenticated");
        return new JsonObject { ["username"] = name, ["groups"] = groups };
    }

    private JsonObject Options()
    {
        var kind = Operation switch { "CREATE" => "CreateOptions", "DELETE" => "DeleteOptions", _ => "UpdateOptions" };
        var options = new JsonObject { ["kind"] = kind, ["apiVersion"] = "meta.k8s.io/v1" };
        if (Operation == "DELETE" && body.Length > 0 && RequestBody.Parse(body, []) is JsonObject given)
        {
            foreach (var key in Deletion)
            {
                ObjectMeta.Set(options, key, given[key]?.DeepClone());
            }
        }

        if (request.Query("dryRun") == "All")
        {
            options["dryRun"] = new JsonArray("All");
        }

        foreach (var key in Operation == "DELETE" ? [] : (string[])["fieldManager", "fieldValidation"])
        {
            ObjectMeta.Set(options, key, request.Query(key) is { Length: > 0 } value ? value : null);
        }

        return options;
    }
}
