using System.Reflection;
using System.Text.RegularExpressions;
using Guardrail.Daemon.Hosting;
using Guardrail.Kubernetes.Connection;
using Microsoft.Extensions.Logging;

namespace Guardrail.Cli.Tests.Docs;

/// <summary>Who is on call finds every warning of the daemon in docs/troubleshooting.md, word for word.</summary>
internal sealed class TroubleshootingTests
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private static readonly Assembly[] Assemblies = [typeof(GuardrailHost).Assembly, typeof(KubernetesConnection).Assembly, typeof(CommandLine).Assembly];

    /// <summary>Messages of warnings and worse, with an ellipsis for what differs.</summary>
    private static IEnumerable<string> Warnings => Assemblies.SelectMany(a => a.GetTypes()).SelectMany(t => t.GetMethods(Any))
        .Select(m => m.GetCustomAttribute<LoggerMessageAttribute>())
        .Where(a => a is { Level: >= LogLevel.Warning and < LogLevel.None })
        .Select(a => Regex.Replace(a!.Message, "{[^}]*}", "…"))
        .Where(m => m != "…")
        .Distinct();

    [Test]
    public void Every_warning_stands_there_as_the_log_writes_it()
    {
        var page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "troubleshooting.md"));
        Assert.That(Warnings.Count(), Is.GreaterThan(20));
        Assert.That(Warnings.Where(w => !page.Contains($"`{w}`", StringComparison.Ordinal)), Is.Empty, "add a row to \"Every warning of the log\"");
    }

    [Test]
    public void No_warning_stands_there_that_no_code_writes()
    {
        var page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "troubleshooting.md"));
        var section = page[page.IndexOf("## Every warning of the log", StringComparison.Ordinal)..page.IndexOf("\n## Commands", StringComparison.Ordinal)];
        var listed = Regex.Matches(section, @"(?m)^\| `([^`]+)` \|").Select(m => m.Groups[1].Value);
        Assert.That(listed.Except(Warnings), Is.EqualTo(new[] { "Rollouts are not recorded. …" }), "this one is made of a finding at the start");
    }
}
