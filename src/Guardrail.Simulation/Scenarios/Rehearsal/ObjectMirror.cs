using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Watching;
using Guardrail.Simulation.Controllers;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>The objects of one kind as they were last seen. Nobody may change what it hands out.</summary>
/// <param name="watch">Where they come from.</param>
internal sealed class ObjectMirror(ResourceWatch<JsonObject> watch)
{
    private readonly ConcurrentDictionary<string, JsonObject> items = new(StringComparer.Ordinal);

    /// <summary>Told of an object that is new or has changed, with what it was before; by one thread at a time.</summary>
    public Action<JsonObject?, JsonObject>? Changed { get; set; }

    /// <summary>Told of an object that is gone; by the same thread.</summary>
    public Action<JsonObject>? Removed { get; set; }

    public IEnumerable<JsonObject> All => items.Values;

    public JsonObject? Find(string name) => items.GetValueOrDefault(name);

    /// <summary>Follows the objects until cancelled.</summary>
    /// <exception cref="RehearsalException">They cannot be followed.</exception>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in watch.WatchAsync(cancellationToken))
        {
            switch (change)
            {
                case ResourceChange<JsonObject>.Snapshot(var all):
                    var there = all.Select(Kube.Name).ToHashSet(StringComparer.Ordinal);
                    foreach (var gone in items.Values.Where(i => !there.Contains(Kube.Name(i))).ToArray())
                    {
                        Remove(gone);
                    }

                    foreach (var item in all)
                    {
                        Take(item);
                    }

                    break;
                case ResourceChange<JsonObject>.Changed(var item):
                    Take(item);
                    break;
                case ResourceChange<JsonObject>.Removed(var item):
                    Remove(item);
                    break;
                case ResourceChange<JsonObject>.Interrupted { IsPermanent: true } interrupted:
                    throw new RehearsalException(interrupted.Reason);
                default:
                    break;
            }
        }
    }

    private void Take(JsonObject item)
    {
        var before = items.GetValueOrDefault(Kube.Name(item));
        if (before is not null && Kube.Uid(before) != Kube.Uid(item))
        {
            Remove(before);
            before = null;
        }

        items[Kube.Name(item)] = item;
        Changed?.Invoke(before, item);
    }

    private void Remove(JsonObject item)
    {
        if (items.TryRemove(Kube.Name(item), out _))
        {
            Removed?.Invoke(item);
        }
    }
}
