using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Cli.Policies;

/// <summary>A policy, and the file it stands in.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Policy">The policy.</param>
internal sealed record ReadPolicy(string File, GuardPolicy Policy)
{
    public override string ToString() => $"{Policy.Namespace}/{Policy.Name}";
}

/// <summary>Reads policies as the daemon does, and names the mistake of every file, not only of the first.</summary>
internal static class PolicyReading
{
    /// <summary>Reads files, and those in folders in order of name.</summary>
    /// <returns>The policies, and one sentence for each file that cannot be used.</returns>
    public static (IReadOnlyList<ReadPolicy> Policies, IReadOnlyList<string> Faults) Read(IEnumerable<string> paths)
    {
        var (policies, faults) = (new List<ReadPolicy>(), new List<string>());
        foreach (var path in paths)
        {
            try
            {
                string[] files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*.y*ml").Order(StringComparer.Ordinal)] : [path];
                if (files.Length == 0)
                {
                    faults.Add($"{path} holds no policy; put a .yaml file with a document of kind GuardrailPolicy there.");
                }

                foreach (var file in files)
                {
                    Read(file, policies, faults);
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                faults.Add($"The folder {path} cannot be read: {fault.Message.TrimEnd('.')}.");
            }
        }

        return (policies, faults);
    }

    private static void Read(string file, List<ReadPolicy> policies, List<string> faults)
    {
        if (!File.Exists(file))
        {
            faults.Add($"The policy file {file} does not exist; name an existing file or folder.");
            return;
        }

        try
        {
            policies.AddRange(PolicyFile.Load(file).Select(policy => new ReadPolicy(file, policy)));
        }
        catch (ConfigurationException fault)
        {
            faults.Add(fault.Message);
        }
    }
}
