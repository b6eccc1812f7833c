using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Cli.Sidecar;

/// <summary>
/// Puts the sidecar into manifests and takes it out again, by adding and removing whole lines between two marks: whatever else stands in the text,
/// comments and order among it, is left as it is, byte for byte.
/// </summary>
internal static class ManifestText
{
    private const string Begin = "# guardrail:begin";
    private const string End = "# guardrail:end";

    /// <summary>The text with the sidecar in every Deployment, StatefulSet and DaemonSet; one that is there is renewed.</summary>
    /// <param name="text">One or several YAML documents.</param>
    /// <param name="file">Name of the text in messages.</param>
    /// <param name="options">What is added.</param>
    /// <exception cref="ConfigurationException">The text cannot be read or changed; the message names line and column.</exception>
    public static string Inject(string text, string file, InjectOptions options)
    {
        var clean = Remove(text, file);
        var workloads = Workloads(clean, file, options.Namespace);
        if (workloads.Length == 0)
        {
            throw new ConfigurationException($"{file} holds no Deployment, StatefulSet or DaemonSet (apps/v1); nothing can be guarded by a sidecar.");
        }

        var (lines, newLine, open) = Lines(clean);
        foreach (var workload in workloads.AsEnumerable().Reverse())
        {
            var (at, block) = Insertion(workload, lines, options);
            lines.InsertRange(at, Marked(block, newLine));
        }

        lines.AddRange(Marked(string.Concat(workloads.Select(workload => SidecarParts.Rights(workload, options))), newLine));
        var result = Joined(lines, newLine, open);
        Verify(result, clean, file, options, workloads.Length);
        return result;
    }

    /// <summary>The text without what was injected.</summary>
    /// <exception cref="ConfigurationException">A mark is missing; the message names the line.</exception>
    public static string Remove(string text, string file)
    {
        var (lines, newLine, open) = Lines(text);
        var kept = new List<string>(lines.Count);
        int? began = null;
        for (var number = 0; number < lines.Count; number++)
        {
            var line = lines[number].Trim();
            if (line == Begin || line == End)
            {
                if ((line == Begin) != began is null)
                {
                    throw new ConfigurationException($"{file}({number + 1},1): the mark \"{line}\" has no partner; take out by hand what guardrail inject added.");
                }

                began = line == Begin ? number : null;
            }
            else if (began is null)
            {
                kept.Add(lines[number]);
            }
        }

        return began is { } alone
            ? throw new ConfigurationException($"{file}({alone + 1},1): the mark \"{Begin}\" has no partner; take out by hand what guardrail inject added.")
            : kept.Count == lines.Count ? text : Joined(kept, newLine, open);
    }

    private static InjectedWorkload[] Workloads(string text, string file, string? @namespace, bool hasSidecar = false) =>
    [
        .. YamlText.Parse(text, file)
            .Select(document => InjectedWorkload.Read(new YamlPlace(file, "", document.RootNode), @namespace, hasSidecar))
            .OfType<InjectedWorkload>(),
    ];

    /// <summary>The line before which the container is put, and what is put there.</summary>
    private static (int At, string Block) Insertion(InjectedWorkload workload, List<string> lines, InjectOptions options)
    {
        var list = (options.Native ? workload.InitContainers : null) ?? workload.Containers;
        var dash = (int)list.Node.Start.Column - 1;
        var last = ((YamlSequenceNode)list.Node).Children[^1];
        var at = (int)last.Start.Line;
        for (var next = at; next < lines.Count && !EndsList(lines[next], dash); next++)
        {
            at = lines[next].AsSpan().Trim().Length > 0 && Indentation(lines[next]) > dash ? next + 1 : at;
        }

        // Blank lines may belong to the text that a "|+" keeps.
        while (at < lines.Count && lines[at].AsSpan().Trim().Length == 0)
        {
            at++;
        }

        return (at, SidecarParts.Container(workload, options, dash));
    }

    private static bool EndsList(string line, int dash) =>
        line.AsSpan().Trim() is { Length: > 0 } content && content[0] != '#' && Indentation(line) <= dash;

    private static int Indentation(string line) => line.Length - line.AsSpan().TrimStart(' ').Length;

    private static IEnumerable<string> Marked(string block, string newLine)
    {
        var indentation = new string(' ', Indentation(block.Split('\n')[0]));
        return [indentation + Begin + newLine, .. block.TrimEnd('\n').Split('\n').Select(line => line + newLine), indentation + End + newLine];
    }

    /// <summary>The lines with their ends, and whether the last one had none.</summary>
    private static (List<string> Lines, string NewLine, bool Open) Lines(string text)
    {
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var open = !text.EndsWith('\n');
        var parts = (open ? text + newLine : text).Split('\n');
        return ([.. parts[..^1].Select(part => part + "\n")], newLine, open);
    }

    private static string Joined(List<string> lines, string newLine, bool open)
    {
        var text = string.Concat(lines);
        return open ? text[..^newLine.Length] : text;
    }

    /// <summary>Looks at what came about: an unusual way of writing YAML must not end in a manifest that says something else.</summary>
    private static void Verify(string result, string clean, string file, InjectOptions options, int count)
    {
        var found = Workloads(result, file, options.Namespace, hasSidecar: true);
        if (Remove(result, file) != clean || found.Length != count || !found.All(workload => workload.HasSidecar(options.Native)))
        {
            throw new ConfigurationException($"{file} is written in a way that cannot be added to line by line; write it as kubectl prints YAML, without tabs and explicit keys.");
        }
    }
}
