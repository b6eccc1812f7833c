using k8s;
using k8s.KubeConfigModels;
using YamlDotNet.Core;

namespace Guardrail.Kubernetes.Connection;

/// <summary>Finds the configuration that a connection is made by, and says clearly what is wrong with it.</summary>
internal static class KubeconfigSource
{
    public static KubernetesConnection Resolve(string? kubeconfig, string? context)
    {
        if (!string.IsNullOrWhiteSpace(kubeconfig))
        {
            return FromFiles([kubeconfig], context, kubeconfig);
        }

        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } variable)
        {
            // As kubectl does: of several files in KUBECONFIG those that do not exist are passed over.
            var files = variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var present = files.Length > 1 ? [.. files.Where(File.Exists)] : files;
            return FromFiles(present.Length == 0 ? files : present, context, "KUBECONFIG=" + variable);
        }

        if (context is null && KubernetesClientConfiguration.IsInCluster())
        {
            var own = KubernetesConnection.Create(KubernetesClientConfiguration.InClusterConfig(), "the pod's ServiceAccount");
            own.IsInCluster = true;
            return own;
        }

        var usual = KubernetesClientConfiguration.KubeConfigDefaultLocation;
        return File.Exists(usual)
            ? FromFiles([usual], context, usual)
            : throw new ConfigurationException(
                $"There is no cluster to connect to: {usual} does not exist, KUBECONFIG is not set, and this is no pod; "
                + "name a file with --kubeconfig.");
    }

    private static KubernetesConnection FromFiles(string[] paths, string? context, string source)
    {
        foreach (var path in paths.Where(path => !File.Exists(path)))
        {
            throw new ConfigurationException(
                $"The kubeconfig {path} does not exist; name an existing file with --kubeconfig or KUBECONFIG.");
        }

        var contents = Load(paths, source);
        var names = contents.Contexts?.Select(known => known.Name).ToArray() ?? [];
        var wanted = context ?? contents.CurrentContext;
        if (string.IsNullOrEmpty(wanted))
        {
            throw new ConfigurationException(
                $"The kubeconfig {source} has no current-context; choose one with --context ({string.Join(", ", names)}).");
        }

        if (!names.Contains(wanted, StringComparer.OrdinalIgnoreCase))
        {
            throw new ConfigurationException(
                $"The kubeconfig {source} has no context \"{wanted}\"; it has {(names.Length == 0 ? "none" : string.Join(", ", names))}.");
        }

        try
        {
            var connection = KubernetesConnection.Create(
                KubernetesClientConfiguration.BuildConfigFromConfigObject(contents, wanted), $"{source} (context {wanted})");
            connection.User = contents.Contexts?.FirstOrDefault(
                known => known.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))?.ContextDetails?.User;
            return connection;
        }
        catch (Exception fault) when (fault is not ConfigurationException)
        {
            throw new ConfigurationException($"The context \"{wanted}\" of {source} cannot be used: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    private static K8SConfiguration Load(string[] paths, string source)
    {
        try
        {
            foreach (var path in paths)
            {
                CheckSyntax(path);
            }

            var all = paths.Select(path => KubernetesClientConfiguration.LoadKubeConfig(new FileInfo(path))).ToArray();
            var first = all[0] ?? throw new ConfigurationException($"The kubeconfig {source} is empty.");
            foreach (var next in all.Skip(1).OfType<K8SConfiguration>())
            {
                // Of two entries with the same name the first is found first, which is kubectl's rule.
                first.CurrentContext ??= next.CurrentContext;
                first.Contexts = [.. first.Contexts ?? [], .. next.Contexts ?? []];
                first.Clusters = [.. first.Clusters ?? [], .. next.Clusters ?? []];
                first.Users = [.. first.Users ?? [], .. next.Users ?? []];
            }

            return first;
        }
        catch (YamlException fault)
        {
            throw new ConfigurationException(
                $"The kubeconfig {source} is malformed at line {fault.Start.Line}, column {fault.Start.Column}: {fault.Message.TrimEnd('.')}.",
                fault);
        }
        catch (Exception fault) when (fault is not ConfigurationException)
        {
            throw new ConfigurationException($"The kubeconfig {source} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>The library's own reader tells a mistake of syntax without its place.</summary>
    private static void CheckSyntax(string path)
    {
        using var reader = new StreamReader(path);
        var parser = new Parser(reader);
        while (parser.MoveNext())
        {
        }
    }
}
