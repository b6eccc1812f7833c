using System.CommandLine;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Cli.Simulate;

/// <summary>The options that name the test cluster in which a scenario is played.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> kubeconfig = new("--kubeconfig")
    {
        Description = "Play it in a test cluster instead, against the Guardrail installed there, in a namespace marked for drills (docs/simulate.md).",
        HelpName = "FILE",
    };

    private readonly Option<string?> context = new("--context") { Description = "Context of the kubeconfig; also plays in a cluster. Default: its current one." };

    private readonly Option<string?> @namespace = new("--namespace", "-n") { Description = "With --kubeconfig: the namespace to play in. Default: that of the context." };

    private readonly Option<string?> image = new("--image") { Description = "With --kubeconfig: image of the pods. Default: that of the installed Guardrail." };

    public IEnumerable<Option> All => [kubeconfig, context, @namespace, image];

    /// <exception cref="ConfigurationException">An option belongs to a cluster that is not named.</exception>
    public ClusterWishes? Read(ParseResult parsed)
    {
        var wishes = new ClusterWishes(parsed.GetValue(kubeconfig), parsed.GetValue(context), parsed.GetValue(@namespace), parsed.GetValue(image));
        return wishes switch
        {
            { Kubeconfig: null, Context: null, Namespace: null, Image: null } => null,
            { Kubeconfig: null, Context: null } => throw new ConfigurationException("--namespace and --image belong to --kubeconfig or --context, which name the test cluster."),
            _ => wishes,
        };
    }
}

/// <summary>A test cluster, as it was named.</summary>
/// <param name="Kubeconfig">Its kubeconfig; null for the usual ones.</param>
/// <param name="Context">Its context; null for the current one.</param>
/// <param name="Namespace">Namespace to play in; null for that of the context.</param>
/// <param name="Image">Image of the pods; null for that of the installed Guardrail.</param>
internal sealed record ClusterWishes(string? Kubeconfig, string? Context, string? Namespace, string? Image);
