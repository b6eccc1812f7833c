using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Daemon.Hosting;

/// <summary>Reads every policy the daemon is started with.</summary>
internal static class PolicyFiles
{
    /// <summary>The policies that the daemon is given, and those of its files.</summary>
    /// <param name="options">How it is started.</param>
    /// <exception cref="ConfigurationException">A file is missing or wrong, or there is no policy at all.</exception>
    public static ImmutableArray<GuardPolicy> Load(DaemonOptions options)
    {
        ImmutableArray<GuardPolicy> read = [.. options.Policies.Select(p => p.Under(options.AutonomyCeiling))];
        return read.Length > 0 && options.PolicyPaths.Count == 0 ? read : read.AddRange(Load(options.PolicyPaths, options.AutonomyCeiling));
    }

    /// <summary>Reads the files, and those in the folders, in order of name.</summary>
    /// <param name="paths">Files or folders.</param>
    /// <param name="ceiling">The most that any policy may let Guardrail do.</param>
    /// <exception cref="ConfigurationException">A file is missing or wrong, or there is no policy at all.</exception>
    public static ImmutableArray<GuardPolicy> Load(IReadOnlyList<string> paths, Autonomy ceiling)
    {
        var policies = ImmutableArray.CreateBuilder<GuardPolicy>();
        foreach (var path in paths)
        {
            foreach (var file in Files(path))
            {
                policies.AddRange(PolicyFile.Load(file).Select(p => p.Under(ceiling)));
            }
        }

        return policies.Count > 0
            ? policies.ToImmutable()
            : throw new ConfigurationException($"{string.Join(", ", paths)} holds no policy; put a .yaml file with a document of kind GuardrailPolicy there.");
    }

    private static IEnumerable<string> Files(string path) => (Directory.Exists(path), File.Exists(path)) switch
    {
        (true, _) => Directory.EnumerateFiles(path, "*.y*ml").Order(StringComparer.Ordinal),
        (_, true) => [path],
        _ => throw new ConfigurationException($"The policy file {path} does not exist; name an existing file or folder with --policy."),
    };
}
