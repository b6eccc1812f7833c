using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Configuration;

namespace Guardrail.Kubernetes.Tests.Configuration;

public sealed class ConfigurationIndexTests
{
    private static readonly RevisionId Revision = new("5f6d");

    private static readonly ConfigurationEntry[] Entries =
    [
        new(new(ConfigurationKind.ConfigMap, "a"), new string('1', 32), KeptCopy.None),
        new(new(ConfigurationKind.ConfigMap, "b.example"), new string('2', 32), KeptCopy.Kept),
        new(new(ConfigurationKind.ConfigMap, "c"), new string('3', 32), KeptCopy.Refused),
        new(new(ConfigurationKind.ConfigMap, "d"), null, KeptCopy.Missing),
        new(new(ConfigurationKind.Secret, "e"), null, KeptCopy.Kept),
    ];

    [Test]
    public void It_is_read_as_it_was_written() =>
        Assert.That(ConfigurationIndex.Read(ConfigurationIndex.Write(Revision, Entries), Revision), Is.EqualTo(Entries));

    [Test]
    public void One_that_a_controller_copied_from_another_revision_does_not_count() =>
        Assert.That(ConfigurationIndex.Read(ConfigurationIndex.Write(Revision, Entries), new("7c9b")), Is.Null);

    [TestCase("")]
    [TestCase("5f6d")]
    [TestCase("5f6d1@ ConfigMap/a=missing")]
    public void What_is_no_index_of_the_revision_is_none(string text) => Assert.That(ConfigurationIndex.Read(text, Revision), Is.Null);

    [Test]
    public void Words_that_are_not_understood_are_left_out() => Assert.That(
        ConfigurationIndex.Read("5f6d@ ConfigMap/a=missing nonsense Ingress/x=kept ConfigMap/=kept Secret/s=kept=1", Revision)!.Value, Has.Length.EqualTo(1));
}
