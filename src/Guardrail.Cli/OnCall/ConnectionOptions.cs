using System.CommandLine;
using System.CommandLine.Parsing;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Cli.OnCall;

/// <summary>Options of every command that talks to a cluster, and how its answer is printed.</summary>
internal sealed class ConnectionOptions
{
    private const string DefaultNamespace = "default";

    private readonly Option<string?> kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig file. Default: KUBECONFIG, the pod's own account inside a cluster, ~/.kube/config.",
    };

    private readonly Option<string?> context = new("--context") { Description = "Context of the kubeconfig. Default: its current one." };

    private readonly Option<string?> @namespace = new("--namespace", "-n") { Description = "Namespace. Default: that of the context." };

    private readonly Option<bool> all = new("--all-namespaces", "-A") { Description = "All namespaces." };

    private readonly Option<OutputFormat> output = new("--output", "-o")
    {
        Description = "text for people; json or yaml print data on standard output, and everything for people on standard error.",
        DefaultValueFactory = _ => OutputFormat.Text,
        CustomParser = Choices.Parse<OutputFormat>,
    };

    private readonly Option<bool> plain = new("--plain") { Description = "ASCII without colours." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="manyNamespaces">Whether it can look at all namespaces.</param>
    /// <param name="namespaced">Whether it looks at a namespace at all.</param>
    public void AddTo(Command command, bool manyNamespaces, bool namespaced = true)
    {
        foreach (var (option, takes) in ((Option, bool)[])
            [(kubeconfig, true), (context, true), (@namespace, namespaced), (all, manyNamespaces), (output, true), (plain, true)])
        {
            if (takes)
            {
                command.Options.Add(option);
            }
        }

        command.Validators.Add(result =>
        {
            if (manyNamespaces && result.GetResult(@namespace) is not null && result.GetResult(all) is not null)
            {
                result.AddError("--namespace and --all-namespaces exclude each other.");
            }
        });
    }

    /// <summary>Whether a person named the cluster.</summary>
    public bool IsClusterNamed(CommandResult command) => command.GetResult(kubeconfig) is not null || command.GetResult(context) is not null;

    /// <summary>How the answer is printed.</summary>
    public OutputFormat Format(ParseResult parsed) => parsed.GetValue(output);

    /// <summary>Where the answer goes.</summary>
    public Screen Screen(ParseResult parsed) => Output.Screen.OfProcess(parsed.GetValue(plain));

    /// <summary>Connects; sends nothing yet.</summary>
    /// <exception cref="ConfigurationException">The kubeconfig cannot be used.</exception>
    public Reach Connect(ParseResult parsed)
    {
        var connection = KubernetesConnection.Create(parsed.GetValue(kubeconfig), parsed.GetValue(context));
        var wholeCluster = parsed.GetResult(all) is not null && parsed.GetValue(all);
        var named = parsed.GetResult(@namespace) is null ? null : parsed.GetValue(@namespace);
        return new(connection, wholeCluster ? null : named ?? connection.Namespace ?? DefaultNamespace, TimeProvider.System);
    }
}
