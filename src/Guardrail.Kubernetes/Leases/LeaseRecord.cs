using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Leases;

/// <summary>A lease as the server told it. Whatever else stands in the object (labels, owners) is kept when it is written back.</summary>
internal sealed class LeaseRecord
{
    private readonly JsonObject body;

    private LeaseRecord(JsonObject body, JsonElement spec)
    {
        this.body = body;
        Holder = spec.Text("holderIdentity") is { Length: > 0 } holder ? holder : null;
        DurationSeconds = spec.Number("leaseDurationSeconds");
        Transitions = spec.Number("leaseTransitions") ?? 0;
        RenewTime = spec.Text("renewTime");
        AcquireTime = spec.Text("acquireTime");
    }

    /// <summary>Who holds it; null when nobody does: the member is missing, null or empty.</summary>
    public string? Holder { get; }

    /// <summary>How long the holder asks to be left alone, in seconds.</summary>
    public long? DurationSeconds { get; }

    /// <summary>How often it went to another holder.</summary>
    public long Transitions { get; }

    /// <summary>When it was renewed, by the holder's clock; only ever compared for being the same.</summary>
    public string? RenewTime { get; }

    /// <summary>When it was acquired, by the holder's clock.</summary>
    public string? AcquireTime { get; }

    /// <summary>Reads an answer of the server.</summary>
    /// <exception cref="JsonException">It is no lease.</exception>
    public static LeaseRecord Read(JsonDocument answer)
    {
        var root = answer.RootElement;
        _ = root.Field("metadata").Required("resourceVersion");
        return new LeaseRecord(JsonObject.Create(root.Clone()) ?? throw new JsonException("The lease is no object."), root.Field("spec"));
    }

    /// <summary>The first form of a lease that nobody has had.</summary>
    public static JsonObject First(LeaseName name, string holder, TimeSpan duration, DateTimeOffset now) => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = name.Name, ["namespace"] = name.Namespace },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = holder,
            ["leaseDurationSeconds"] = (long)duration.TotalSeconds,
            ["acquireTime"] = Micro(now),
            ["renewTime"] = Micro(now),
            ["leaseTransitions"] = 0,
        },
    };

    /// <summary>The same holder goes on.</summary>
    public JsonObject Renewed(TimeSpan duration, DateTimeOffset now) => With(spec =>
    {
        spec["leaseDurationSeconds"] = (long)duration.TotalSeconds;
        // A write that changes nothing is answered without a new version, and nobody sees that the holder lives.
        spec["renewTime"] = Micro(now) == RenewTime ? Micro(now + TimeSpan.FromMicroseconds(1)) : Micro(now);
    });

    /// <summary>Another holder takes it.</summary>
    public JsonObject Taken(string holder, TimeSpan duration, DateTimeOffset now) => With(spec =>
    {
        spec["holderIdentity"] = holder;
        spec["leaseDurationSeconds"] = (long)duration.TotalSeconds;
        spec["acquireTime"] = Micro(now);
        spec["renewTime"] = Micro(now);
        spec["leaseTransitions"] = Transitions + 1;
    });

    /// <summary>Nobody holds it; whoever looks next may take it.</summary>
    public JsonObject Released(DateTimeOffset now) => With(spec =>
    {
        spec.Remove("holderIdentity");
        spec["leaseDurationSeconds"] = 1;
        spec["renewTime"] = Micro(now);
    });

    /// <summary>Whether the holder has done nothing since the other record.</summary>
    public bool IsSameAs(LeaseRecord? other) => other is not null && Holder == other.Holder && DurationSeconds == other.DurationSeconds
        && Transitions == other.Transitions && RenewTime == other.RenewTime && AcquireTime == other.AcquireTime;

    /// <summary>The server takes exactly six digits.</summary>
    private static string Micro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private JsonObject With(Action<JsonObject> change)
    {
        var changed = (JsonObject)body.DeepClone();
        if (changed["spec"] is not JsonObject spec)
        {
            changed["spec"] = spec = [];
        }

        change(spec);
        return changed;
    }
}
