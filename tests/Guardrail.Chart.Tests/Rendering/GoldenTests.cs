using Guardrail.Testing.Programs;

namespace Guardrail.Chart.Tests.Rendering;

/// <summary>
/// What each documented set of values renders, letter by letter. With GUARDRAIL_UPDATE_GOLDEN=1 the files are written anew, to be looked at in the diff.
/// </summary>
[Category("Helm")]
[CancelAfter(60_000)]
internal sealed class GoldenTests
{
    [TestCaseSource(typeof(Rendered), nameof(Rendered.Sets))]
    public async Task A_set_of_values_renders_what_it_rendered_before(string set, CancellationToken cancellationToken)
    {
        var golden = Checkout.PathOf("tests", "Guardrail.Chart.Tests", "Golden", set + ".yaml");
        var rendered = await HelmProgram.DoAsync(
            cancellationToken, "template", "guardrail", HelmProgram.Chart, "--namespace", "guardrail", "-f", Rendered.FileOf(set));
        if (Environment.GetEnvironmentVariable("GUARDRAIL_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(golden, rendered, cancellationToken);
        }

        Assert.That(rendered, Is.EqualTo(await File.ReadAllTextAsync(golden, cancellationToken)));
    }

    [TestCaseSource(typeof(Rendered), nameof(Rendered.Sets))]
    public async Task A_set_of_values_passes_the_strict_linter(string set, CancellationToken cancellationToken)
    {
        var run = await HelmProgram.RunAsync(cancellationToken, "lint", "--strict", HelmProgram.Chart, "-f", Rendered.FileOf(set));
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
    }
}
