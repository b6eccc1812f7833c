using Guardrail.Daemon.Hosting;
using Guardrail.Daemon.Sidecar;
using Guardrail.Engine.Policies;

namespace Guardrail.Daemon.Tests.Hosting;

/// <summary>Policies of files under a ceiling.</summary>
internal sealed class PolicyFilesTests
{
    private string file = null!;

    [SetUp]
    public void Write()
    {
        file = Path.GetTempFileName();
        File.WriteAllText(file, string.Join("---\n", new[] { Autonomy.Recommend, Autonomy.Enforce }.Select(autonomy =>
            $"apiVersion: guardrail.dev/v1alpha1\nkind: GuardrailPolicy\nmetadata: {{name: asks-{autonomy.ToString().ToLowerInvariant()}, namespace: shop}}\nspec: {{autonomy: {autonomy}}}\n")));
    }

    [TearDown]
    public void Remove() => File.Delete(file);

    [Test]
    public void What_asks_for_more_is_lowered_and_remembers_what_it_asked_for()
    {
        var options = new DaemonOptions
        {
            PolicyPaths = [file],
            AutonomyCeiling = Autonomy.Veto,
            Policies = [new GuardPolicy { Name = "given", Namespace = "shop", Autonomy = Autonomy.Enforce }],
        };

        Assert.That(PolicyFiles.Load(options).Select(p => (p.Name, p.Autonomy, p.AskedAutonomy)), Is.EqualTo(new (string, Autonomy, Autonomy?)[]
        {
            ("given", Autonomy.Veto, Autonomy.Enforce), ("asks-recommend", Autonomy.Recommend, null), ("asks-enforce", Autonomy.Veto, Autonomy.Enforce),
        }));
    }

    [Test]
    public void The_log_names_each_that_is_lowered_with_both_and_with_what_lowered_it()
    {
        var log = new LogLines<GuardrailHost>();
        var lowered = PolicyFiles.Load([file], Autonomy.Observe);
        PolicySetup.LogLimits(log, new() { PolicyPaths = [file] }, lowered);
        PolicySetup.LogLimits(log, new() { PolicyPaths = [file], Sidecar = new SidecarOptions() }, PolicyFiles.Load([file], Autonomy.Recommend));
        PolicySetup.LogLimits(log, new() { PolicyPaths = [], ClusterPolicies = true }, lowered);

        Assert.That(log.All, Is.EqualTo(new[]
        {
            "The policy shop/asks-recommend asks for Recommend, but this instance may do no more than Observe (--autonomy-ceiling, in the chart autonomyCeiling)",
            "The policy shop/asks-enforce asks for Enforce, but this instance may do no more than Observe (--autonomy-ceiling, in the chart autonomyCeiling)",
            "The policy shop/asks-enforce asks for Enforce, but this instance may do no more than Recommend (--autonomy or --autonomy-ceiling)",
        }));
    }
}
