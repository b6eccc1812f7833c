using System.Collections.Concurrent;
using Guardrail.Daemon.Leading;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Configuration;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// Looks, beside the guard loop, whether the configuration of the revision that a rollback would lead to still is as it was when that became known good, and
/// lets the engine know. Tells on the workload when it has changed without a rollout.
/// </summary>
internal sealed partial class ConfigurationWatch(
    ConfigurationSurvey survey, IActuator actuator, Leadership leadership, TimeProvider time, ILogger<ConfigurationWatch> logger)
    : IDecisionListener, IDisposable
{
    private const int MostAtOnce = 4;

    /// <summary>Added to the distance between two looks at a workload for each workload there is: at most five looks a second.</summary>
    private static readonly TimeSpan PerWorkload = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<WorkloadId, Place> places = [];
    private readonly ConcurrentDictionary<string, bool> toldMissing = new();
    private readonly List<Task> underWay = [];
    private readonly SemaphoreSlim atOnce = new(MostAtOnce);
    private readonly CancellationTokenSource ending = new();

    /// <summary>Distance between two looks at a workload that is being changed: 10 s.</summary>
    public static TimeSpan WhileChanging { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Shortest distance between two looks at a workload that is not: 2 min.</summary>
    public static TimeSpan WhileSettled { get; } = TimeSpan.FromMinutes(2);

    public void Decided(Decision decision)
    {
    }

    public void Acted(Decision decision, ActionReport report)
    {
    }

    public void Observed(Fleet fleet, MetricReport report)
    {
        var now = time.GetUtcNow();
        var settled = WhileSettled + (PerWorkload * fleet.Workloads.Count);
        foreach (var guarded in fleet.Workloads)
        {
            var place = places.TryGetValue(guarded.View.Id, out var known) ? known : places[guarded.View.Id] = new Place();
            if (place.Take() is { } found)
            {
                Know(guarded, found);
            }

            if (QuestionOf(guarded) is { } question && place.IsDue(question, guarded.IsChanging ? WhileChanging : settled, now))
            {
                place.Ask(question, now);
                Follow(Task.Run(() => LookAsync(place, question)));
            }
        }

        if (places.Count > fleet.Workloads.Count)
        {
            foreach (var gone in places.Keys.Where(id => fleet.Find(id) is null).ToList())
            {
                places.Remove(gone);
            }
        }
    }

    public void Dispose()
    {
        ending.Cancel();
        ending.Dispose();
        atOnce.Dispose();
    }

    /// <summary>Completes when the looks under way, and what is told of them, are done. To be called where <see cref="Observed"/> is.</summary>
    public Task DrainAsync() => Task.WhenAll(underWay);

    private void Follow(Task task)
    {
        underWay.RemoveAll(t => t.IsCompleted);
        underWay.Add(task);
    }

    private static Question? QuestionOf(GuardedWorkload guarded)
    {
        var (policy, view) = (guarded.Policy, guarded.View);
        if (policy.Autonomy is not (Autonomy.Veto or Autonomy.Enforce) || guarded.RollbackReadiness.Target is not { } target
            || view.Revision(target) is not { ReadsConfiguration: true })
        {
            return null;
        }

        var serves = !guarded.IsChanging && view.CurrentRevision == target;
        return new(view.Id, view.Uid, target, policy.RestoreConfig, serves ? null : guarded.StartedAt, serves);
    }

    private void Know(GuardedWorkload guarded, (Question Question, ConfigurationView? View) found)
    {
        var (question, view) = found;
        if (question.Uid != guarded.View.Uid)
        {
            return;
        }

        if (view?.Unknown is { } why && toldMissing.TryAdd(why, true))
        {
            LogUnknown(question.Workload, why);
        }

        // Who asked for nothing to be restored need not have given the right to look.
        view = view is not null && question.Scope == ConfigurationScope.None ? view with { Unknown = null } : view;
        if (view != guarded.View.Configuration)
        {
            guarded.Know(view);
            if (view is not null && question.Serves && (view.Restored ?? view.Left) is not null)
            {
                Tell(question, view);
            }
        }
    }

    /// <summary>A change of configuration alone is no rollout: nothing is compared and nothing taken back, but it is said.</summary>
    private void Tell(Question question, ConfigurationView view)
    {
        var message = $"Configuration that {question.Revision} reads has changed without a rollout since it became known good, which is not compared: "
            + string.Join("; ", new[] { view.Restored, view.Left }.Where(text => text is not null))
            + (view.Restored is null ? "." : $". A rollback to {question.Revision} would restore {view.Restored}.");
        LogChanged(question.Workload, message);
        Follow(Task.Run(async () =>
        {
            try
            {
                await actuator.AnnounceAsync(
                    new(question.Workload, question.Uid, "ConfigurationChanged", IsWarning: false, message, Decision: null), ending.Token)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The daemon stops; it is found again by the next one.
            }
        }));
    }

    private async Task LookAsync(Place place, Question question)
    {
        try
        {
            await atOnce.WaitAsync(ending.Token).ConfigureAwait(false);
            try
            {
                var (workload, _, revision, scope, releasedAt, serves) = question;
                place.Answer(question, serves && leadership.MayAct
                    ? await survey.KeepAsync(workload, revision, scope, ending.Token).ConfigureAwait(false)
                    : await survey.LookAsync(workload, revision, scope, releasedAt, ending.Token).ConfigureAwait(false));
            }
            finally
            {
                atOnce.Release();
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
        {
            // The daemon stops.
        }
        catch (Exception fault)
        {
            LogBroke(fault, question.Workload);
            place.Answer(question, question.Scope == ConfigurationScope.None ? null : new(question.Revision, Unknown: fault.Message));
        }
    }

    [LoggerMessage(90, LogLevel.Information, "Whether the configuration of {Workload} has changed is not known: {Reason}")]
    private partial void LogUnknown(WorkloadId workload, string reason);

    [LoggerMessage(91, LogLevel.Warning, "Configuration of {Workload}: {Message}")]
    private partial void LogChanged(WorkloadId workload, string message);

    [LoggerMessage(92, LogLevel.Error, "Looking at the configuration of {Workload} threw")]
    private partial void LogBroke(Exception fault, WorkloadId workload);

    private sealed record Question(
        WorkloadId Workload, string Uid, RevisionId Revision, ConfigurationScope Scope, DateTimeOffset? ReleasedAt, bool Serves);

    /// <summary>What was last asked of a workload. Asked by the guard loop, answered beside it.</summary>
    private sealed class Place
    {
        private Tuple<Question, ConfigurationView?>? answer;
        private Question? asked;
        private DateTimeOffset askedAt;
        private volatile bool isUnderWay;
        private volatile bool isNothing;

        public bool IsDue(Question question, TimeSpan distance, DateTimeOffset now) =>
            !isUnderWay && (question != asked || (!isNothing && (now - askedAt).Duration() >= distance));

        public void Ask(Question question, DateTimeOffset now) => (asked, askedAt, isUnderWay) = (question, now, true);

        public void Answer(Question question, ConfigurationView? view)
        {
            isNothing = view is null;
            Volatile.Write(ref answer, Tuple.Create<Question, ConfigurationView?>(question, view));
            isUnderWay = false;
        }

        public (Question Question, ConfigurationView? View)? Take() =>
            Interlocked.Exchange(ref answer, null) is { } taken ? (taken.Item1, taken.Item2) : null;
    }
}
