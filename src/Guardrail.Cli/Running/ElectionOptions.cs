using System.CommandLine;
using Guardrail.Daemon.Leading;

namespace Guardrail.Cli.Running;

/// <summary>The options of leader election, named as those of Kubernetes' own components.</summary>
internal sealed class ElectionOptions
{
    private readonly Option<bool?> enabled = new("--leader-elect")
    {
        Description = "Let one of several instances act, by a Lease. Default: true inside a cluster, false elsewhere.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> name = new("--leader-elect-resource-name")
    {
        Description = "Name of the Lease; one per installation.",
        DefaultValueFactory = _ => new LeaderElection().LeaseName,
    };

    private readonly Option<string?> space = new("--leader-elect-resource-namespace")
    {
        Description = "Namespace of the Lease. Default: the pod's, or that of the kubeconfig's context.",
    };

    private readonly Option<TimeSpan> duration = new("--leader-elect-lease-duration")
    {
        Description = "How long others leave the Lease alone that is not renewed.",
        DefaultValueFactory = _ => new LeaderElection().Duration,
        CustomParser = Durations.Parse,
    };

    private readonly Option<TimeSpan> deadline = new("--leader-elect-renew-deadline")
    {
        Description = "How long the leader tries to renew the Lease before it ends.",
        DefaultValueFactory = _ => new LeaderElection().RenewDeadline,
        CustomParser = Durations.Parse,
    };

    private readonly Option<TimeSpan> retry = new("--leader-elect-retry-period")
    {
        Description = "Distance between two attempts to acquire or renew the Lease.",
        DefaultValueFactory = _ => new LeaderElection().RetryPeriod,
        CustomParser = Durations.Parse,
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { enabled, name, space, duration, deadline, retry })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was given.</summary>
    public LeaderElection Read(ParseResult parsed) => new()
    {
        Enabled = parsed.GetResult(enabled) is { } given ? given.Tokens.Count == 0 || parsed.GetValue(enabled) == true : null,
        LeaseName = parsed.GetRequiredValue(name),
        LeaseNamespace = parsed.GetValue(space),
        Duration = parsed.GetValue(duration),
        RenewDeadline = parsed.GetValue(deadline),
        RetryPeriod = parsed.GetValue(retry),
    };
}
