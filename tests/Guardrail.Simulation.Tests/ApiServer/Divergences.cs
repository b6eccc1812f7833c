namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Where the embedded server answers otherwise than the recorded one, by recording and line, and why that is accepted.</summary>
internal static class Divergences
{
    private const string Established = "A definition is established, and served, as soon as it is stored.";
    private const string Deletion = "Deleting a definition deletes its objects at once, without waiting for their finalizers.";

    public static IReadOnlyDictionary<(string, int), string> Accepted { get; } = new Dictionary<(string, int), string>
    {
        [("04a-list", 16)] = "The recorded cluster has ConfigMaps in other namespaces; this one has none.",
        [("05a-patches", 41)] = "managedFields are kept apart from the object; a client cannot clear them, so nothing was written in between.",
        [("07-crd", 2)] = Established,
        [("07-crd", 3)] = Established,
        [("07-crd", 6)] = "storageVersionHash is not served.",
        [("07-crd", 10)] = "Fourteen faults in one message come in another order (a real server takes them in the order of a hash map).",
        [("07-crd", 20)] = "1.5 for an integer is refused in other words.",
        [("07-crd", 25)] = "Of an object of another kind no rule is evaluated.",
        [("07-crd", 26)] = "The message shows the body; the recording lost its white space.",
        [("07-crd", 53)] = "A scale without spec.replicas is 0 here, 500 there.",
        [("07-crd", 63)] = "406 is written as JSON, not as protobuf.",
        [("07-crd", 75)] = Deletion,
        [("07-crd", 76)] = Deletion,
        [("07-crd", 77)] = Deletion,
        [("07-crd", 78)] = Deletion,
        [("07-crd", 79)] = Deletion,
    };
}
