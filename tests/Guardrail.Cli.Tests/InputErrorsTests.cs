namespace Guardrail.Cli.Tests;

internal sealed class InputErrorsTests
{
    [TestCase("", "no command is given; choose run or demo or inject; see guardrail --help.")]
    [TestCase("rum", "there is no command 'rum'; choose run or demo or inject; see guardrail --help.")]
    [TestCase("--polcy x", "there is no option '--polcy'; see guardrail --help.")]
    [TestCase("run --polcy x --scrape", "there is no option '--polcy'; did you mean --policy?; see guardrail run --help.")]
    [TestCase("run --policy x --scrape --log-level loud", "'loud' is no value of --log-level; choose Verbose, Debug, Information, Warning, Error or Fatal; see guardrail run --help.")]
    public void A_wrong_command_line_is_one_sentence(string arguments, string sentence) =>
        Assert.That(InputErrors.Describe(CommandLine.Root.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))), Is.EqualTo(sentence));

    [TestCase("run --policy a b --policy c --prometheus http://p:9090 --backfill 0s --autonomy-ceiling observe --log-format JSON")]
    [TestCase("run -p a --scrape --listen 0.0.0.0:9464 --log-level debug")]
    [TestCase("demo --seed 18446744073709551615 -o json")]
    [TestCase("demo")]
    public void A_right_one_is_not_complained_of(string arguments) =>
        Assert.That(InputErrors.Describe(CommandLine.Root.Parse(arguments.Split(' '))), Is.Null);
}
