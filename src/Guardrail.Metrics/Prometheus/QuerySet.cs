using System.Collections.Immutable;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>The distinct queries that the signals of a scope need.</summary>
internal sealed class QuerySet
{
    private readonly MetricScope scope;
    private readonly PlanOutcome[] outcomes;
    private readonly int[] queryOf;

    public QuerySet(MetricScope scope, PlanCache plans, PrometheusOptions options)
    {
        this.scope = scope;
        outcomes = [.. scope.Signals.Select(plans.Get)];
        queryOf = new int[outcomes.Length];
        var queries = new List<PromQl>();
        if (scope.Namespaces.IsEmpty)
        {
            Queries = queries;
            return;
        }

        var known = new Dictionary<SeriesRequest, int>();
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].Plan is { } plan && !known.TryGetValue(plan.Request, out queryOf[i]))
            {
                known[plan.Request] = queryOf[i] = queries.Count;
                queries.Add(new PromQl(plan.Request, scope.Namespaces, options.CopyLabels));
            }
        }

        Queries = queries;
    }

    public IReadOnlyList<PromQl> Queries { get; }

    /// <summary>One report per signal, in the scope's order.</summary>
    /// <param name="read">Reports a signal from the reading of the query with the index.</param>
    public ImmutableArray<SignalReport> Report(Func<SignalPlan, int, SignalReport> read)
    {
        var reports = ImmutableArray.CreateBuilder<SignalReport>(outcomes.Length);
        for (var i = 0; i < outcomes.Length; i++)
        {
            reports.Add(
                outcomes[i].Plan is not { } plan ? new SignalReport.NoEvidence(scope.Signals[i].Id, outcomes[i].Problem)
                : Queries.Count == 0 ? new SignalReport.NoEvidence(plan.Id, "No namespace is guarded, so nothing was asked.")
                : read(plan, queryOf[i]));
        }

        return reports.MoveToImmutable();
    }
}
