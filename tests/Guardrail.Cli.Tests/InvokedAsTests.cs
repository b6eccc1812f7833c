using System.CommandLine;

namespace Guardrail.Cli.Tests;

internal sealed class InvokedAsTests
{
    [TestCase("/usr/local/bin/kubectl-guardrail", "kubectl guardrail")]
    [TestCase("kubectl-guardrail.exe", "kubectl guardrail")]
    [TestCase("/usr/local/bin/guardrail", "guardrail")]
    [TestCase(null, "guardrail")]
    public void The_name_is_that_which_people_type(string? path, string name) => Assert.That(InvokedAs.NameOf(path), Is.EqualTo(name));

    [Test]
    public void Help_names_the_plugin_in_its_usage_and_leaves_the_rest()
    {
        var help = $"Usage:\n  {RootCommand.ExecutableName} status [options]\n  other {RootCommand.ExecutableName} text";
        Assert.That(HelpText.Named(help, "kubectl guardrail"), Is.EqualTo($"Usage:\n  kubectl guardrail status [options]\n  other {RootCommand.ExecutableName} text"));
    }
}
