using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Watching;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// The GuardrailPolicy objects of the cluster, or of some namespaces: follows them, keeps the last valid version of each in force, and tells on each
/// what is wrong with it and what it guards.
/// </summary>
internal sealed partial class ClusterPolicies(
    PolicyStore store, PolicyReporter reporter, PolicyStandings standings, IReadOnlyList<string> namespaces, Autonomy ceiling, Readiness readiness,
    ILogger<ClusterPolicies> logger) : IPolicySource
{
    private const int Backlog = 1024;
    private readonly PolicyBook book = new(ceiling);

    public async IAsyncEnumerable<ImmutableArray<GuardPolicy>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = Channel.CreateBounded<(string? Namespace, ResourceChange<PolicyResource> Change)>(Backlog);
        string?[] scopes = namespaces.Count == 0 ? [null] : [.. namespaces];
        var watches = scopes.Select(scope => FollowAsync(scope, changes.Writer, ending.Token)).ToArray();
        try
        {
            await foreach (var (scope, change) in changes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                Note(change);
                if (book.Apply(change, scope))
                {
                    Tell();
                    yield return book.InForce;
                }
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Observed(Fleet fleet) => reporter.Observed(fleet);

    private async Task FollowAsync(
        string? scope, ChannelWriter<(string? Namespace, ResourceChange<PolicyResource> Change)> into, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in store.Watch(scope).WatchAsync(cancellationToken).ConfigureAwait(false))
            {
                await into.WriteAsync((scope, change), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault)
        {
            // A mistake in this program ends the source, and with it the process, rather than one watch in silence.
            into.TryComplete(fault);
        }
    }

    private void Note(ResourceChange<PolicyResource> change)
    {
        if (change is ResourceChange<PolicyResource>.Interrupted interrupted)
        {
            readiness.Policies.Fail(interrupted.Reason);
            LogInterrupted(interrupted.Reason);
        }
        else
        {
            readiness.Policies.Succeed();
        }
    }

    private void Tell()
    {
        var all = book.All;
        foreach (var policy in all)
        {
            if (reporter.IsNews(policy.Newest))
            {
                Log(policy);
            }

            reporter.Take(policy, ceiling);
        }

        reporter.KeepOnly(all);
        standings.Tell(all);
    }

    private void Log(PolicyStanding policy)
    {
        if (policy.Newest.Problem is { } problem)
        {
            LogBad(policy.Newest.Namespace, policy.Newest.Name, problem, policy.IsOutdated ? "the last valid version stays in force" : "it guards nothing");
        }
        else if (policy.InForce is { } usable)
        {
            LimitLog.Write(logger, usable);
        }
    }

    [LoggerMessage(70, LogLevel.Warning, "The policy {Namespace}/{Name} cannot be used, {Consequence}: {Problem}")]
    private partial void LogBad(string @namespace, string name, string problem, string consequence);

    [LoggerMessage(71, LogLevel.Warning, "The policies cannot be followed, those that are known stay in force: {Reason}")]
    private partial void LogInterrupted(string reason);
}
