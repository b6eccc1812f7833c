using Guardrail.Cli.Sidecar;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Cli.Tests.Sidecar;

/// <summary>The sidecar comes into a manifest, and goes out of it without a trace.</summary>
internal sealed class InjectTests
{
    private const string Plain = """
        # The shop's checkout.
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: checkout   # as in the catalogue
          namespace: shop
        spec:
          replicas: 4
          selector:
            matchLabels: {app: checkout}
          template:
            metadata:
              labels: {app: checkout}
            spec:
              containers:
              - name: checkout
                image: shop/checkout:v1
                args:
                - |
                  first
                  # no comment

              # about volumes
              volumes:
              - name: scratch
                emptyDir: {}

        """;

    private static readonly InjectOptions Usual = new(InjectOptions.DefaultImage, Autonomy.Enforce, InjectOptions.DefaultPort, Native: false, Records: true, null);

    [Test]
    public void A_container_follows_the_others_and_the_rights_follow_the_document()
    {
        var injected = ManifestText.Inject(Plain, "deploy.yaml", Usual);

        Assert.That(injected, Does.Contain("    # guardrail:begin\n      - name: guardrail\n").And.Contain("\n      serviceAccountName: guardrail-deployment-checkout\n"));
        Assert.That(injected.IndexOf("- name: guardrail\n", StringComparison.Ordinal), Is.GreaterThan(injected.IndexOf("# no comment", StringComparison.Ordinal)));
        Assert.That(injected.IndexOf("# about volumes", StringComparison.Ordinal), Is.GreaterThan(injected.IndexOf("serviceAccountName", StringComparison.Ordinal)));
        Assert.That(injected, Does.EndWith("# guardrail:end\n").And.Contain("kind: RoleBinding"));
        Assert.That(injected, Does.Contain("resources: [\"deployments\"]\n  resourceNames: [\"checkout\"]\n  verbs: [\"get\", \"list\", \"watch\", \"patch\"]"));
    }

    [Test]
    public void Observe_gets_no_right_to_change_a_workload()
    {
        var injected = ManifestText.Inject(Plain, "deploy.yaml", Usual with { Autonomy = Autonomy.Observe, Records = false });

        Assert.That(injected, Does.Not.Contain("patch").And.Not.Contain("delete").And.Not.Contain("guardedrollouts"));
    }

    [Test]
    public void An_account_that_is_there_gets_the_role()
    {
        var injected = ManifestText.Inject(Plain.Replace("      containers:", "      serviceAccountName: shop\n      containers:", StringComparison.Ordinal), "d", Usual);

        Assert.That(injected, Does.Contain("- kind: ServiceAccount\n  name: \"shop\"").And.Not.Contain("kind: ServiceAccount\nmetadata"));
        Assert.That(injected, Does.Not.Contain("serviceAccountName: guardrail"));
    }

    [Test]
    public void A_native_sidecar_is_an_init_container_that_goes_on()
    {
        var injected = ManifestText.Inject(Plain, "d", Usual with { Native = true });

        Assert.That(injected, Does.Contain("      initContainers:\n      - name: guardrail\n").And.Contain("        restartPolicy: Always\n"));
        Assert.That(ManifestText.Remove(injected, "d"), Is.EqualTo(Plain));
    }

    [Test]
    public void Injecting_again_renews_what_was_injected()
    {
        var observing = ManifestText.Inject(Plain, "d", Usual with { Autonomy = Autonomy.Observe });

        Assert.That(ManifestText.Inject(observing, "d", Usual), Is.EqualTo(ManifestText.Inject(Plain, "d", Usual)));
    }

    [TestCase("deployment", false)]
    [TestCase("statefulset", false)]
    [TestCase("several", false)]
    [TestCase("daemonset", true)]
    public void The_result_is_the_recorded_one(string name, bool native)
    {
        var folder = Path.Combine(Checkout.Root, "tests", "Guardrail.Cli.Tests", "Sidecar", "Cases");
        var source = File.ReadAllText(Path.Combine(folder, name + ".yaml"));
        var injected = ManifestText.Inject(source, name + ".yaml", Usual with { Native = native });

        Assert.That(injected, Is.EqualTo(File.ReadAllText(Path.Combine(folder, name + ".injected.yaml"))));
        Assert.That(ManifestText.Remove(injected, name), Is.EqualTo(source));
    }

    [TestCase("kind: Deployment", "kind: Job", "m.yaml holds no Deployment, StatefulSet or DaemonSet (apps/v1); nothing can be guarded by a sidecar.")]
    [TestCase("  namespace: shop\n", "", "m.yaml(5,3): metadata has no namespace, which the RoleBinding of the sidecar must name; write it there or give --namespace.")]
    [TestCase("      - name: checkout", "      - name: guardrail", "m.yaml(16,9): spec.template.spec.containers[0] is named guardrail, without the marks by which inject knows its own; remove the container and its Role by hand.")]
    [TestCase("      volumes:", "      automountServiceAccountToken: false\n      volumes:", "m.yaml(24,37): spec.template.spec.automountServiceAccountToken is false, but the sidecar needs the pod's token; remove it or guard this workload from outside.")]
    [TestCase("  replicas: 4", "  # guardrail:begin\n  replicas: 4", "m.yaml(8,1): the mark \"# guardrail:begin\" has no partner; take out by hand what guardrail inject added.")]
    public void What_cannot_be_injected_is_told_with_its_place(string what, string by, string sentence)
    {
        var text = Plain.Replace(what, by, StringComparison.Ordinal);

        Assert.That(() => ManifestText.Inject(text, "m.yaml", Usual), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(sentence));
    }

    [Test]
    public void Braces_and_brackets_are_told_with_their_place()
    {
        const string Flow = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\n";

        Assert.That(() => ManifestText.Inject(Flow, "m.yaml", Usual), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("m.yaml(3,11): metadata must be"));
    }
}
