using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Simulation.Tests.ApiServer;

public sealed class ObjectStoreTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero));
    private ObjectStore store = null!;

    [SetUp]
    public void Start() => store = new ObjectStore(time, new Random(1));

    [Test]
    public void A_created_object_gets_uid_time_version_and_generation()
    {
        var made = store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
        var meta = made["metadata"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Guid.TryParse((string?)meta["uid"], out _), Is.True);
            Assert.That((string?)meta["creationTimestamp"], Is.EqualTo("2026-11-23T05:00:00Z"));
            Assert.That((string?)meta["resourceVersion"], Is.EqualTo($"{store.Version}"));
            Assert.That((long?)meta["generation"], Is.EqualTo(1));
        }
    }

    [Test]
    public void Equal_seeds_give_equal_uids_and_names()
    {
        var other = new ObjectStore(time, new Random(1));
        var pod = new JsonObject { ["metadata"] = new JsonObject { ["generateName"] = "web-" } };
        var first = store.Create(ResourceTypes.ConfigMaps, "default", pod);
        var second = other.Create(ResourceTypes.ConfigMaps, "default", pod);
        Assert.That(first.ToJsonString(), Is.EqualTo(second.ToJsonString()));
        Assert.That((string?)first["metadata"]!["name"], Does.Match("^web-[a-z0-9]{5}$"));
    }

    [Test]
    public void A_replace_with_a_stale_version_is_a_conflict()
    {
        var made = store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
        store.Modify(ResourceTypes.Deployments, "default", "web", d => Samples.Annotate(d, "a", "1"));
        var error = Assert.Throws<ApiException>(() => store.Replace(ResourceTypes.Deployments, "default", "web", made));
        Assert.That((error.Code, error.Reason), Is.EqualTo((409, "Conflict")));
    }

    [Test]
    public void A_change_that_changes_nothing_gets_no_new_version()
    {
        store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
        var before = store.Version;
        store.Modify(ResourceTypes.Deployments, "default", "web", _ => true);
        Assert.That(store.Version, Is.EqualTo(before));
    }

    [Test]
    public void A_status_write_leaves_spec_and_generation_alone()
    {
        store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
        var after = store.Modify(
            ResourceTypes.Deployments, "default", "web",
            d =>
            {
                d["spec"]!["replicas"] = 9;
                d["status"] = new JsonObject { ["replicas"] = 1 };
                return true;
            },
            "status");
        Assert.That((int?)after["spec"]!["replicas"], Is.EqualTo(1));
        Assert.That((int?)after["status"]!["replicas"], Is.EqualTo(1));
        Assert.That((int?)after["metadata"]!["generation"], Is.EqualTo(1));
    }

    [Test]
    public void A_watch_tells_what_exists_then_what_changes()
    {
        store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
        using var watch = store.Watch(ResourceTypes.Deployments);
        store.Modify(ResourceTypes.Deployments, "default", "web", d => Samples.Annotate(d, "a", "1"));
        store.Delete(ResourceTypes.Deployments, "default", "web");
        Assert.That(Drain(watch), Is.EqualTo(new[] { StoreChange.Added, StoreChange.Modified, StoreChange.Deleted }));
    }

    [Test]
    public void An_object_that_leaves_the_selector_is_told_as_deleted_with_its_old_labels()
    {
        store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
        using var watch = store.Watch(
            ResourceTypes.Deployments, "default", ObjectSelector.ByLabels("app=web"), store.Version);
        var after = store.Modify(
            ResourceTypes.Deployments, "default", "web",
            d =>
            {
                d["metadata"]!["labels"]!["app"] = "other";
                return true;
            });
        Assert.That(watch.TryRead(out var change), Is.True);
        Assert.That(change!.Change, Is.EqualTo(StoreChange.Deleted));
        Assert.That((string?)change.Item["metadata"]!["labels"]!["app"], Is.EqualTo("web"));
        Assert.That(
            (string?)change.Item["metadata"]!["resourceVersion"], Is.EqualTo((string?)after["metadata"]!["resourceVersion"]));
    }

    [Test]
    public void A_watch_from_a_forgotten_version_is_refused_with_410()
    {
        store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
        var old = store.Version - 1;
        store.Compact();
        var error = Assert.Throws<ApiException>(() => store.Watch(ResourceTypes.Deployments, null, null, old).Dispose());
        Assert.That(error.Code, Is.EqualTo(410));
    }

    [Test]
    public void A_list_at_an_earlier_version_shows_the_state_of_then()
    {
        store.Create(ResourceTypes.ConfigMaps, "default", Samples.Named("a"));
        var then = store.Version;
        store.Create(ResourceTypes.ConfigMaps, "default", Samples.Named("b"));
        store.Delete(ResourceTypes.ConfigMaps, "default", "a");
        var (items, _) = store.ListStored(ResourceTypes.ConfigMaps, "default", null, then);
        Assert.That(items.Select(i => i.Name), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_pod_on_a_node_ends_with_grace_and_one_without_a_node_goes_at_once()
    {
        store.Create(ResourceTypes.Pods, "default", Samples.Pod("free", null));
        store.Create(ResourceTypes.Pods, "default", Samples.Pod("bound", "node-1"));
        using var watch = store.Watch(ResourceTypes.Pods, "default", null, store.Version);
        Assert.That(store.Delete(ResourceTypes.Pods, "default", "free").Removed, Is.True);
        Assert.That(store.Delete(ResourceTypes.Pods, "default", "bound").Removed, Is.False);
        Assert.That(
            store.Delete(ResourceTypes.Pods, "default", "bound", new DeleteOptions { GracePeriodSeconds = 0 }).Removed, Is.True);
        Assert.That(
            Drain(watch),
            Is.EqualTo(new[] { StoreChange.Deleted, StoreChange.Modified, StoreChange.Modified, StoreChange.Deleted }));
    }

    [Test]
    public void Creating_in_a_missing_namespace_is_404_about_the_namespace()
    {
        var error = Assert.Throws<ApiException>(() => store.Create(ResourceTypes.Deployments, "nowhere", Samples.Deployment("web")));
        Assert.That(error.Message, Is.EqualTo("namespaces \"nowhere\" not found"));
    }

    [TestCase("app=web", true)]
    [TestCase("app==web,tier", false)]
    [TestCase("app!=web", false)]
    [TestCase("app in (web,api),!tier", true)]
    [TestCase("app notin (web)", false)]
    [TestCase("missing notin (web)", true)]
    public void Label_selectors_select_as_kubectl_writes_them(string selector, bool selected) =>
        Assert.That(ObjectSelector.ByLabels(selector).Matches(Samples.Deployment("web")), Is.EqualTo(selected));

    private static StoreChange[] Drain(StoreWatch watch)
    {
        var list = new List<StoreChange>();
        while (watch.TryRead(out var change))
        {
            list.Add(change.Change);
        }

        return [.. list];
    }
}
