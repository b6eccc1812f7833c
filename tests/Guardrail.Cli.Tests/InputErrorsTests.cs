namespace Guardrail.Cli.Tests;

internal sealed class InputErrorsTests
{
    [TestCase("", "no command is given; choose run, demo, simulate, drill, status, explain, history, hold, resume, rollback, veto, release, policy, inject, crds or ready; see guardrail --help.")]
    [TestCase("rum", "there is no command 'rum'; choose run, demo, simulate, drill, status, explain, history, hold, resume, rollback, veto, release, policy, inject, crds or ready; see guardrail --help.")]
    [TestCase("--polcy x", "there is no option '--polcy'; see guardrail --help.")]
    [TestCase("run --polcy x --scrape", "there is no option '--polcy'; did you mean --policy?; see guardrail run --help.")]
    [TestCase("run --policy x --scrape --log-level loud", "'loud' is no value of --log-level; choose Verbose, Debug, Information, Warning, Error or Fatal; see guardrail run --help.")]
    [TestCase("explain", "no rollout is named; give a record's name or KIND/NAME, such as deployment/checkout; see guardrail explain --help.")]
    [TestCase("explain job/x", "'job' is no kind of workload; choose deployment, statefulset or daemonset; see guardrail explain --help.")]
    [TestCase("explain 1/x", "'1' is no kind of workload; choose deployment, statefulset or daemonset; see guardrail explain --help.")]
    [TestCase("explain Check_Out", "'Check_Out' names no rollout; give a record's name or KIND/NAME, such as deployment/checkout; see guardrail explain --help.")]
    [TestCase("explain deploy/../pods", "'deploy/../pods' names no rollout; give a record's name or KIND/NAME, such as deployment/checkout; see guardrail explain --help.")]
    [TestCase("hold deploy/", "'deploy/' names no workload; write KIND/NAME, such as deployment/checkout; see guardrail hold --help.")]
    [TestCase("hold a b", "'b' belongs to no option; see guardrail hold --help.")]
    [TestCase("hold a --timeout 0s", "--timeout takes a duration from 1s to 1h; see guardrail hold --help.")]
    [TestCase("hold a -A", "there is no option '-A'; see guardrail hold --help.")]
    [TestCase("resume a --timeout soon", "'soon' is no duration; write 500ms, 5s, 10m or 6h; see guardrail resume --help.")]
    [TestCase("veto a --yes", "there is no option '--yes'; see guardrail veto --help.")]
    [TestCase("rollback a", "no reason is given; say with --reason why you roll back, for those who read the record later; see guardrail rollback --help.")]
    [TestCase("release a --by alice", "no reason is given; say with --reason why you release, for those who read the record later; see guardrail release --help.")]
    [TestCase("status -n a -A", "--namespace and --all-namespaces exclude each other; see guardrail status --help.")]
    [TestCase("status -o xml", "'xml' is no value of --output; choose Text, Json or Yaml; see guardrail status --help.")]
    [TestCase("status --watch --interval 10ms", "--interval takes a duration from 1s to 10m; see guardrail status --help.")]
    [TestCase("history --since 7", "'7' is no duration; write 30m, 12h or 7d; see guardrail history --help.")]
    [TestCase("history --outcome Bad", "'Bad' is no value of --outcome; choose Healthy, Undecided, Blind, RolledBack, Reverted, Superseded or Removed; see guardrail history --help.")]
    [TestCase("run -p a --scrape --storm-rollbacks 0", "--storm-rollbacks takes a number from 1 to 1000; see guardrail run --help.")]
    [TestCase("run -p a --scrape --storm-rollbacks many", "--storm-rollbacks takes a number from 1 to 1000; see guardrail run --help.")]
    [TestCase("run -p a --scrape --storm-window 30s", "--storm-window takes a duration from 1m to 24h; see guardrail run --help.")]
    [TestCase("crds", "no command is given; choose print or apply; see guardrail crds --help.")]
    [TestCase("policy", "no command is given; choose check; see guardrail policy --help.")]
    [TestCase("policy check", "no policy is named; give a file or a folder; see guardrail policy check --help.")]
    [TestCase("policy check a --offline --context b", "--offline excludes --kubeconfig and --context; see guardrail policy check --help.")]
    public void A_wrong_command_line_is_one_sentence(string arguments, string sentence) =>
        Assert.That(InputErrors.Describe(CommandLine.Root.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))), Is.EqualTo(sentence));

    [TestCase("run --policy a b --policy c --prometheus http://p:9090 --backfill 0s --autonomy-ceiling observe --log-format JSON")]
    [TestCase("run -p a --scrape --listen 0.0.0.0:9464 --log-level debug")]
    [TestCase("demo --seed 18446744073709551615 -o json")]
    [TestCase("demo")]
    [TestCase("status -A -o yaml --watch --interval 5s --plain")]
    [TestCase("explain deployments.apps/checkout -n shop --kubeconfig k --context c -o json")]
    [TestCase("history sts/db --since 7d --outcome rolledback")]
    [TestCase("history --since 90m")]
    [TestCase("rollback checkout-4-1c9a0e37b2 --reason INC-7 --by alice --timeout 2m --yes")]
    [TestCase("policy check samples docs --offline")]
    [TestCase("run --policies cluster --namespace a --prometheus http://p:9090 --storm-rollbacks 5 --storm-window 1h")]
    [TestCase("crds apply --kubeconfig k --context c")]
    [TestCase("ready http://guardrail:9464")]
    public void A_right_one_is_not_complained_of(string arguments) =>
        Assert.That(InputErrors.Describe(CommandLine.Root.Parse(arguments.Split(' '))), Is.Null);
}
