namespace Guardrail.Cli.Tests.Packaging;

/// <summary>What may follow on the command line, as the shell's completion asks for it.</summary>
internal sealed class CompletionTests
{
    [TestCase("pol", "policy")]
    [TestCase("policy ", "check")]
    [TestCase("run --pol", "--policies,--policy")]
    [TestCase("run --autonomy-ceiling ", "Enforce,Observe,Recommend,Veto")]
    [TestCase("status --outp", "--output")]
    public void It_offers_verbs_options_and_the_values_of_choices(string line, string expected) =>
        Assert.That(
            CommandLine.Root.Parse(line).GetCompletions(line.Length).Select(c => c.Label).Where(l => char.IsLetter(l.TrimStart('-')[0]) && l != "--help"),
            Is.SupersetOf(expected.Split(',')));
}
