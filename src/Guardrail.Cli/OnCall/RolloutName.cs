using System.CommandLine;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>What a person calls a rollout. Closed: a record's name, or a workload for its newest rollout.</summary>
internal abstract record RolloutName
{
    private static readonly Dictionary<string, WorkloadKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["deploy"] = WorkloadKind.Deployment,
        ["sts"] = WorkloadKind.StatefulSet,
        ["ds"] = WorkloadKind.DaemonSet,
    };

    private RolloutName()
    {
    }

    /// <summary>A workload: <c>deployment/checkout</c>.</summary>
    /// <param name="Kind">Its kind.</param>
    /// <param name="Name">Its name.</param>
    public sealed record Workload(WorkloadKind Kind, string Name) : RolloutName;

    /// <summary>A record's name, or the name of a workload of any kind.</summary>
    /// <param name="Name">The name.</param>
    public sealed record Bare(string Name) : RolloutName;

    /// <summary>Reads a name.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="name">The name.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? TryParse(string text, out RolloutName name)
    {
        name = new Bare(text);
        if (text.Split('/') is not [var kind, var of])
        {
            return IsName(text) ? null : $"'{text}' names no rollout; give a record's name or KIND/NAME, such as deployment/checkout.";
        }

        // As kubectl takes them: deployment, deployments, deployment.apps, deploy.
        var word = kind.EndsWith(".apps", StringComparison.OrdinalIgnoreCase) ? kind[..^".apps".Length] : kind;
        var known = Kinds.TryGetValue(word, out var found)
            || Enum.TryParse(word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word, ignoreCase: true, out found);
        if (!known || char.IsAsciiDigit(word[0]))
        {
            return $"'{kind}' is no kind of workload; choose deployment, statefulset or daemonset.";
        }

        name = new Workload(found, of);
        return IsName(of) ? null : $"'{text}' names no workload; write KIND/NAME, such as deployment/checkout.";
    }

    /// <summary>The argument of a command.</summary>
    public static Argument<string?> Argument(Command command, string description, bool required)
    {
        var argument = new Argument<string?>("rollout") { Description = description, Arity = ArgumentArity.ZeroOrOne, HelpName = "ROLLOUT|KIND/NAME" };
        command.Arguments.Add(argument);
        command.Validators.Add(result =>
        {
            if (result.GetValue(argument) is not { } text)
            {
                if (required)
                {
                    result.AddError("no rollout is named; give a record's name or KIND/NAME, such as deployment/checkout.");
                }
            }
            else if (TryParse(text, out _) is { } fault)
            {
                result.AddError(fault);
            }
        });
        return argument;
    }

    /// <summary>The records that the name stands for, newest first; a record's own name stands for it alone.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public async Task<IReadOnlyList<GuardedRollout>> FindAsync(Reach reach, CancellationToken cancellationToken)
    {
        var ns = reach.Namespace ?? throw new InvalidOperationException("A rollout is looked for in one namespace.");
        if (this is Bare(var exact) && await reach.Records.ReadAsync(ns, exact, cancellationToken) is { } record)
        {
            return [record];
        }

        GuardedRollout[] found =
        [
            .. this is Workload(var kind, var name)
                ? await reach.Records.ListAsync(new(ns, kind, name), cancellationToken)
                : (await reach.Records.ListAllAsync(ns, cancellationToken)).Where(Fits),
        ];
        if (found.Length == 0)
        {
            throw new ConfigurationException(
                $"There is no record of a rollout {(this is Workload w ? $"of {w.Kind.ToString().ToLowerInvariant()}/{w.Name}" : $"called {((Bare)this).Name}")} "
                + $"in the namespace {ns}; see {InvokedAs.Current} history -A, and that a policy guards the workload.");
        }

        return found.Select(r => r.Spec.Workload.Kind).Distinct().Count() == 1
            ? NewestFirst(found)
            : throw new ConfigurationException(
                $"Workloads of several kinds are called {((Bare)this).Name}; write "
                + $"{string.Join(" or ", found.Select(r => r.Spec.Workload.Kind.ToString().ToLowerInvariant() + "/" + r.Spec.Workload.Name).Distinct())}.");
    }

    /// <summary>Whether a record belongs to the name.</summary>
    public bool Fits(GuardedRollout record) => this switch
    {
        Workload(var kind, var name) => record.Spec.Workload.Kind == kind && record.Spec.Workload.Name == name,
        Bare(var name) => record.Spec.Workload.Name == name || record.Metadata.Name == name,
        _ => false,
    };

    /// <summary>The records in the order of their beginning, newest first.</summary>
    public static GuardedRollout[] NewestFirst(IEnumerable<GuardedRollout> records) =>
        [.. records.OrderByDescending(RecordFacts.Began).ThenByDescending(r => r.Spec.Number)];

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 253 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
}
