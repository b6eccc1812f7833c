using System.Text.RegularExpressions;
using Guardrail.Cli.Tests.Packaging;

namespace Guardrail.Cli.Tests.Docs;

/// <summary>Commands that documents and samples show are understood, name files that are there, and run where they need nothing else.</summary>
internal sealed partial class DocumentedCommandsTests
{
    private static IEnumerable<string> Documents => Directory.EnumerateFiles(Checkout.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md", SearchOption.AllDirectories))
        .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "samples"), "*.md", SearchOption.AllDirectories));

    private static IEnumerable<(string File, bool IsRunnable, string Text)> Blocks =>
        from document in Documents
        from block in ShellBlock().Matches(File.ReadAllText(document))
        select (Path.GetRelativePath(Checkout.Root, document), block.Groups[1].Length > 0, block.Groups[2].Value.Replace("\\\n", " ", StringComparison.Ordinal));

    [Test]
    public void Every_command_is_understood_and_its_files_are_there()
    {
        string[] own = ["deploy.yaml", "guarded.yaml"];
        var seen = 0;
        foreach (var (file, _, text) in Blocks)
        {
            foreach (var line in text.Split('\n').Where(l => l.StartsWith("guardrail ", StringComparison.Ordinal)))
            {
                var words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
                seen++;
                Assert.That(InputErrors.Describe(CommandLine.Root.Parse(words)), Is.Null, $"{file}: {line}");
            }

            foreach (var path in text.Split(' ', '\n').Where(w => w.StartsWith("samples/", StringComparison.Ordinal) || w.StartsWith("charts/", StringComparison.Ordinal)))
            {
                Assert.That(own.Contains(path) || Path.Exists(Path.Combine(Checkout.Root, path)), Is.True, $"{file}: {path}");
            }
        }

        Assert.That(seen, Is.GreaterThan(10));
    }

    [Test]
    [Category("Slow")]
    [CancelAfter(120_000)]
    public async Task Every_block_that_is_marked_runnable_runs(CancellationToken cancellationToken)
    {
        var blocks = Blocks.Where(b => b.IsRunnable).ToArray();
        Assert.That(blocks, Is.Not.Empty);
        var environment = new Dictionary<string, string?> { ["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}" };
        foreach (var (file, _, text) in blocks)
        {
            var (code, said) = await Subprocess.RunAsync("bash", ["-euo", "pipefail", "-c", text], Checkout.Root, environment, cancellationToken);
            Assert.That(code, Is.Zero, $"{file}:\n{text}\n{said}");
        }
    }

    [GeneratedRegex("^```(?:sh|bash)( runnable)?\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ShellBlock();
}
