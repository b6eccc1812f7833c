using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;
using Guardrail.Simulation.Controllers;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>
/// A namespace that a drill has to itself: taken only if it is marked for drills and nothing else lives there, held by the marker, given back empty.
/// </summary>
internal sealed class DrillGround
{
    /// <summary>Distance between two looks at the kill switch.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>A drill that was not seen alive for so long is over, whatever became of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How long pods may take to end.</summary>
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(25);

    /// <summary>What a namespace must not hold that is taken: workloads, pods that belong to none, and policies, which would guard what the drill makes.</summary>
    private static readonly (ResourcePath Kind, string Name)[] Foreign =
    [
        (ObjectClient.Deployments, "Deployment"),
        (ObjectClient.Deployments with { Plural = "statefulsets" }, "StatefulSet"),
        (ObjectClient.Deployments with { Plural = "daemonsets" }, "DaemonSet"),
        (ObjectClient.Pods, "Pod"),
        (ObjectClient.Policies, "GuardrailPolicy"),
    ];

    private readonly ObjectClient objects;
    private readonly string ns;
    private readonly TimeProvider time;

    private DrillGround(ObjectClient objects, string ns, TimeProvider time, JsonObject marker) =>
        (this.objects, this.ns, this.time, Marker) = (objects, ns, time, marker);

    /// <summary>The marker.</summary>
    public JsonObject Marker { get; }

    /// <summary>Name of the drill: value of its label.</summary>
    public string Drill => Kube.Text(Marker["metadata"]?["labels"]?[DrillMarks.Label]);

    /// <summary>When it was taken, by the clock that stamps everything in the cluster.</summary>
    public DateTimeOffset TakenAt => Kube.Time(Marker["metadata"]?["creationTimestamp"]) ?? time.GetUtcNow();

    /// <summary>Takes the namespace.</summary>
    /// <param name="objects">Its objects.</param>
    /// <param name="scenario">What is played.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConfigurationException">It is not for drills, or not free.</exception>
    public static async Task<DrillGround> TakeAsync(ObjectClient objects, Scenario scenario, RehearsalOptions options, CancellationToken cancellationToken)
    {
        var ns = options.Namespace;
        await RefuseUnlessMarkedAsync(objects, ns, cancellationToken);
        await ClearLeftoversAsync(objects, options, cancellationToken);
        await RefuseUnlessEmptyAsync(objects, ns, cancellationToken);
        var now = options.TimeProvider.GetUtcNow();
        try
        {
            var marker = await objects.CreateAsync(ObjectClient.ConfigMaps, Make(scenario, options.By, options.Seed, now), "guardrail-drill", cancellationToken);
            return new(objects, ns, options.TimeProvider, marker);
        }
        catch (ApiException fault) when (fault.Code == 409)
        {
            throw new ConfigurationException($"somebody began a drill in {ns} at this moment; try again when it is over.", fault);
        }
    }

    /// <summary>Renews the marker, until the drill is to end: its marker is gone, or the namespace is no longer for drills.</summary>
    /// <returns>Why it is to end, in one sentence.</returns>
    public async Task<string> WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Look, time, cancellationToken);
            if (await LookAsync(cancellationToken) is { } reason)
            {
                return reason;
            }
        }
    }

    /// <summary>Renews the marker.</summary>
    /// <returns>Why the drill is to end, in one sentence; null when it may go on, or the server does not answer.</returns>
    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await objects.MergeAsync(ObjectClient.ConfigMaps, DrillMarks.Marker, new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = Kube.Uid(Marker),
                    ["annotations"] = new JsonObject { [DrillMarks.RenewedAt] = Stamp(time.GetUtcNow()) },
                },
            }, "guardrail-drill", cancellationToken);
            return IsMarked(await NamespaceAsync(objects, ns, cancellationToken)) ? null : $"the namespace {ns} is no longer marked for drills";
        }
        catch (ApiException fault) when (fault.Code is 404 or 409)
        {
            return $"the ConfigMap {DrillMarks.Marker} was deleted from {ns}";
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            // A pod that hears nothing falls silent by itself; the server may come back.
            return null;
        }
    }

    /// <summary>Gives the namespace back: everything that the drill made goes, the marker last.</summary>
    /// <param name="since">When the drill began: records of earlier rollouts stay.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is left, in one sentence; null when nothing is.</returns>
    public async Task<string?> ClearAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            var isEmpty = await ClearAsync(objects, $"{DrillMarks.Label}={Drill}", since, time, cancellationToken);
            await objects.DeleteAsync(ObjectClient.ConfigMaps, DrillMarks.Marker, cancellationToken);
            return isEmpty ? null : $"pods of the drill are still ending; see kubectl get pods -n {ns} -l {DrillMarks.Label}";
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault))
        {
            return $"the drill could not be cleared away ({ApiFaults.Describe(fault, ObjectClient.Limit).TrimEnd('.')}); "
                + $"kubectl delete configmap {DrillMarks.Marker} -n {ns} deletes everything that it made";
        }
    }

    private static async Task<bool> ClearAsync(
        ObjectClient objects, string selector, DateTimeOffset since, TimeProvider time, CancellationToken cancellationToken)
    {
        // The policies first: with nothing guarded, nobody is called because the workloads go.
        foreach (var kind in (ResourcePath[])[ObjectClient.Policies, ObjectClient.Deployments])
        {
            foreach (var item in await objects.ListAsync(kind, selector, cancellationToken))
            {
                await objects.DeleteAsync(kind, Kube.Name(item), cancellationToken);
            }
        }

        var end = time.GetUtcNow() + Leaving;
        var left = true;
        while ((left = !(await objects.ListAsync(ObjectClient.Pods, selector, cancellationToken)).IsEmpty) && time.GetUtcNow() < end)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }

        foreach (var record in await objects.ListAsync(ObjectClient.Records, null, cancellationToken))
        {
            if (Kube.Time(record["metadata"]?["creationTimestamp"]) >= since.AddSeconds(-1))
            {
                await objects.DeleteAsync(ObjectClient.Records, Kube.Name(record), cancellationToken);
            }
        }

        return !left;
    }

    private static async Task RefuseUnlessMarkedAsync(ObjectClient objects, string ns, CancellationToken cancellationToken)
    {
        if (ns == "default" || ns.StartsWith("kube-", StringComparison.Ordinal))
        {
            throw new ConfigurationException($"no drill is ever played in the namespace {ns}; name one that is for drills alone with --namespace.");
        }

        var found = await NamespaceAsync(objects, ns, cancellationToken) ?? throw new ConfigurationException(
            $"the cluster has no namespace {ns}; make it and mark it: kubectl create namespace {ns} && kubectl label namespace {ns} {DrillMarks.NamespaceLabel}={DrillMarks.Allowed}");
        if (!IsMarked(found))
        {
            throw new ConfigurationException(
                $"the namespace {ns} is not marked for drills; if this is a test cluster and {ns} is for drills alone: "
                + $"kubectl label namespace {ns} {DrillMarks.NamespaceLabel}={DrillMarks.Allowed}");
        }
    }

    private static async Task ClearLeftoversAsync(ObjectClient objects, RehearsalOptions options, CancellationToken cancellationToken)
    {
        if (await objects.ReadAsync(ObjectClient.ConfigMaps, DrillMarks.Marker, cancellationToken) is not { } marker)
        {
            return;
        }

        var seen = Kube.Time(marker["metadata"]?["annotations"]?[DrillMarks.RenewedAt]) ?? DateTimeOffset.MinValue;
        if (options.TimeProvider.GetUtcNow() - seen < Patience)
        {
            throw new ConfigurationException(
                $"{Kube.Text(marker["data"]?["by"])} plays {Kube.Text(marker["data"]?["scenario"])} in {options.Namespace} since {Kube.Text(marker["data"]?["since"])}; "
                + $"wait until it is over, or end it: kubectl delete configmap {DrillMarks.Marker} -n {options.Namespace}");
        }

        options.Progress($"clearing away a drill of {Kube.Text(marker["data"]?["since"])} that was broken off");
        await ClearAsync(objects, DrillMarks.Label, Kube.Time(marker["data"]?["since"]) ?? seen, options.TimeProvider, cancellationToken);
        await objects.DeleteAsync(ObjectClient.ConfigMaps, DrillMarks.Marker, cancellationToken);
    }

    private static async Task RefuseUnlessEmptyAsync(ObjectClient objects, string ns, CancellationToken cancellationToken)
    {
        foreach (var (kind, name) in Foreign)
        {
            var others = await objects.ListAsync(kind, null, cancellationToken);
            if (!others.IsEmpty)
            {
                throw new ConfigurationException(
                    $"the namespace {ns} holds the {name} {Kube.Name(others[0])}"
                    + (others.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $" and {others.Length - 1} more") : "")
                    + ", and a drill needs one of its own; name another with --namespace, or delete what is there.");
            }
        }
    }

    private static async Task<JsonObject?> NamespaceAsync(ObjectClient objects, string ns, CancellationToken cancellationToken)
    {
        try
        {
            return await objects.SendAsync(HttpMethod.Get, $"api/v1/namespaces/{ns}", null, cancellationToken);
        }
        catch (ApiException fault) when (fault.Code == 404)
        {
            return null;
        }
    }

    private static bool IsMarked(JsonObject? ns) => Kube.Text(ns?["metadata"]?["labels"]?[DrillMarks.NamespaceLabel]) == DrillMarks.Allowed;

    private static JsonObject Make(Scenario scenario, string by, ulong seed, DateTimeOffset now) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject
        {
            ["name"] = DrillMarks.Marker,
            ["labels"] = new JsonObject { [DrillMarks.Label] = string.Create(CultureInfo.InvariantCulture, $"{scenario.Name[..Math.Min(scenario.Name.Length, 40)].TrimEnd('-')}-{now:yyyyMMdd-HHmmss}") },
            ["annotations"] = new JsonObject { [DrillMarks.RenewedAt] = Stamp(now) },
        },
        ["data"] = new JsonObject
        {
            ["scenario"] = scenario.Name,
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["by"] = by,
            ["since"] = Stamp(now),
            ["note"] = "A drill of Guardrail is played in this namespace. Deleting this ConfigMap ends it and deletes everything that it made.",
        },
    };

    private static string Stamp(DateTimeOffset at) => Kube.Time(at);
}
