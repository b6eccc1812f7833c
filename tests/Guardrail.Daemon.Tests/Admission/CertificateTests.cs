using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Admission;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Admission;

/// <summary>Certificates of the admission endpoint, and who trusts them.</summary>
public sealed class CertificateTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableArray<string> Hosts = ["127.0.0.1", "guardrail.guardrail-system.svc"];

    [Test]
    public void A_certificate_is_for_its_names_signed_by_its_authority_and_not_for_ever()
    {
        using var made = ServingCertificate.Make("pod-1", Hosts, Start);

        Assert.That(made.Leaf.MatchesHostname("guardrail.guardrail-system.svc"));
        Assert.That(made.Leaf.MatchesHostname("127.0.0.1"));
        Assert.That(made.Leaf.MatchesHostname("guardrail.other.svc"), Is.False);
        Assert.That(made.Leaf.HasPrivateKey);
        Assert.That(Verifies(made.Leaf, made.Authority, Start));
        Assert.That(Verifies(made.Leaf, made.Authority, Start + ServingCertificate.Lifetime + TimeSpan.FromMinutes(1)), Is.False);
        using var other = ServingCertificate.Make("pod-1", Hosts, Start);
        Assert.That(Verifies(made.Leaf, other.Authority, Start), Is.False, "an authority of the same name is not the same");
    }

    [Test]
    public void Each_process_adds_its_authority_and_leaves_the_others()
    {
        using var one = ServingCertificate.Make("pod-1", Hosts, Start);
        using var two = ServingCertificate.Make("pod-2", Hosts, Start);
        var bundle = CaBundle.With(CaBundle.With(null, one.Authority, null, Start), two.Authority, null, Start);

        Assert.That(Verifies(one.Leaf, Text(bundle), Start) && Verifies(two.Leaf, Text(bundle), Start));
        Assert.That(CaBundle.With(bundle, two.Authority, null, Start), Is.EqualTo(bundle), "written once");

        using var again = ServingCertificate.Make("pod-1", Hosts, Start.AddMinutes(5));
        var restarted = CaBundle.With(bundle, again.Authority, null, Start.AddMinutes(5));
        Assert.That(Count(restarted), Is.EqualTo(2), "a process that began anew takes the place of the one before it");
        Assert.That(Verifies(two.Leaf, Text(restarted), Start.AddMinutes(5)));

        using var renewed = ServingCertificate.Make("pod-2", Hosts, Start.AddDays(20));
        Assert.That(Count(CaBundle.With(restarted, renewed.Authority, two.Authority, Start.AddDays(20))), Is.EqualTo(3), "what is still served stays trusted");
        Assert.That(Count(CaBundle.With(restarted, renewed.Authority, null, Start.AddDays(40))), Is.EqualTo(1), "what has expired goes");
    }

    [TestCase("nonsense")]
    [TestCase("bm90IGEgY2VydGlmaWNhdGU=")]
    [TestCase("")]
    public void What_cannot_be_read_is_written_anew(string bundle)
    {
        using var one = ServingCertificate.Make("pod-1", Hosts, Start);
        Assert.That(Count(CaBundle.With(bundle, one.Authority, null, Start)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_certificate_is_trusted_before_it_is_served_and_renewed_before_it_expires()
    {
        var time = new FakeTimeProvider(Start);
        await using var server = await EmbeddedApiServer.StartAsync(new ObjectStore(time, new Random(1)));
        using var connection = Connect(server);
        using var keeper = Keeper(connection, time);

        await Assert.ThatAsync(
            () => keeper.RefreshAsync(default), Throws.InstanceOf<Kubernetes.Connection.ApiException>().With.Property("Code").EqualTo(404));
        Assert.That(keeper.Certificate, Is.Null, "nobody trusts it, nobody is shown it");

        server.Store.Create(ResourceTypes.ValidatingWebhookConfigurations, null, Configuration());
        await keeper.RefreshAsync(default);
        var first = keeper.Certificate!.Thumbprint;
        var version = server.Store.Version;
        await keeper.RefreshAsync(default);
        Assert.That((keeper.Certificate!.Thumbprint, server.Store.Version), Is.EqualTo((first, version)), "nothing is written twice");
        Assert.That(keeper.Certificate.MatchesHostname("guardrail.guardrail-system.svc"), "the configuration says by which name it is called");

        time.Advance(TimeSpan.FromDays(21));
        await keeper.RefreshAsync(default);
        Assert.That(keeper.Certificate!.Thumbprint, Is.Not.EqualTo(first));
        Assert.That(Verifies(keeper.Certificate, Text(BundleOf(server)), time.GetUtcNow()));
        Assert.That(Count(BundleOf(server)), Is.EqualTo(2));
        await keeper.RefreshAsync(default);
        Assert.That(Count(BundleOf(server)), Is.EqualTo(1), "the one before it is no longer served");

        server.Store.Modify(ResourceTypes.ValidatingWebhookConfigurations, null, "guardrail", c => c["webhooks"]![0]!["clientConfig"]!.AsObject().Remove("caBundle"));
        await keeper.RefreshAsync(default);
        Assert.That(Verifies(keeper.Certificate!, Text(BundleOf(server)), time.GetUtcNow()), "an upgrade of the chart took it away");
    }

    private static CertificateKeeper Keeper(KubernetesConnection connection, TimeProvider time) =>
        new(new WebhookRegistration(connection.Api, "guardrail", time), "pod-1", time, NullLogger<CertificateKeeper>.Instance);

    private static KubernetesConnection Connect(EmbeddedApiServer server) => KubernetesConnection.Create(
        new KubernetesClientConfiguration { Host = server.Address.ToString(), Username = "anyone", Password = "anything" }, "the test");

    private static JsonObject Configuration() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "guardrail" },
        ["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = "quarantine.guardrail.dev",
            ["clientConfig"] = new JsonObject
            {
                ["service"] = new JsonObject { ["namespace"] = "guardrail-system", ["name"] = "guardrail", ["path"] = "/admission/quarantine" },
            },
            ["sideEffects"] = "None",
            ["admissionReviewVersions"] = new JsonArray("v1"),
        }),
    };

    private static string BundleOf(EmbeddedApiServer server) =>
        (string)server.Store.Get(ResourceTypes.ValidatingWebhookConfigurations, null, "guardrail")["webhooks"]![0]!["clientConfig"]!["caBundle"]!;

    private static string Text(string bundle) => Encoding.ASCII.GetString(Convert.FromBase64String(bundle));

    private static int Count(string bundle) => Text(bundle).Split("BEGIN CERTIFICATE").Length - 1;

    private static bool Verifies(X509Certificate2 leaf, string authorities, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authorities);
        return chain.Build(leaf);
    }
}
