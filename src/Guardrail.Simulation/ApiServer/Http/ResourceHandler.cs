namespace Guardrail.Simulation.ApiServer;

/// <summary>Leads requests to resources to the handler of their verb and subresource.</summary>
internal sealed class ResourceHandler(ObjectStore store)
{
    private readonly ListHandler lists = new(store);
    private readonly WriteHandler writes = new(store);
    private readonly PatchHandler patches = new(store);
    private readonly ScaleHandler scales = new(store);
    private readonly PodActions pods = new(store);

    /// <summary>The view that a path names; null when it is not served.</summary>
    public ResourceView? Resolve(RequestPath path)
    {
        var group = path is { Group: "events.k8s.io", Resource: "events" } ? "" : path.Group;
        var type = store.Types.FirstOrDefault(t => t.Plural == path.Resource && t.Group == group);
        if (type is null || (type.Version != path.Version) || (path.Namespace is not null && !type.Namespaced))
        {
            return null;
        }

        return new ResourceView(type, path.Group, path.Version, store.RulesOf(type));
    }

    public ApiResponse Read(ApiRequest request) => (request.Call.Verb, request.Path.Subresource) switch
    {
        ("list", _) => lists.Handle(request),
        ("get", null) or ("get", "status") => Get(request),
        ("get", "scale") when request.Type.HasScale => scales.Handle(request, []),
        _ => (request.Type == ResourceTypes.Pods ? pods.Handle(request, []) : null) ?? throw OptionErrors.NoSuchResource(),
    };

    public ApiResponse Write(ApiRequest request, byte[] body)
    {
        if (request.Type == ResourceTypes.Pods && request.Path.Subresource is not (null or "status")
            && pods.Handle(request, body) is { } done)
        {
            return done;
        }

        return (request.Call.Verb, request.Path.Name, request.Path.Subresource) switch
        {
            ("create", null, _) when request.Type.Namespaced && request.Namespace is null => throw OptionErrors.NotAllowed(),
            ("create", null, _) => writes.Create(request, body),
            ("update" or "patch", not null, "scale") when request.Type.HasScale => scales.Handle(request, body),
            ("update", not null, null) => writes.Update(request, body),
            ("update", not null, "status") when request.Type.HasStatus => writes.Update(request, body),
            ("patch", not null, null) => patches.Handle(request, body),
            ("patch", not null, "status") when request.Type.HasStatus => patches.Handle(request, body),
            ("delete", not null, null) => writes.Delete(request, body),
            ("deletecollection", _, _) => writes.DeleteCollection(request, body),
            (_, not null, not (null or "status" or "scale")) => throw OptionErrors.NoSuchResource(),
            _ => throw OptionErrors.NotAllowed(),
        };
    }

    private ApiResponse Get(ApiRequest request)
    {
        if (request.Query("resourceVersion") is { Length: > 0 } given)
        {
            if (!long.TryParse(given, System.Globalization.CultureInfo.InvariantCulture, out var version))
            {
                throw new ApiException(
                    500, "", $"resourceVersion: Invalid value: \"{given}\": strconv.ParseUint: parsing \"{given}\": invalid syntax");
            }

            if (version > store.Version)
            {
                throw ListHandler.TooLarge(version, store.Version);
            }
        }

        return ObjectWriter.One(request, store.GetStored(request.Type, request.Namespace, request.Name), 200, store.Time);
    }
}
