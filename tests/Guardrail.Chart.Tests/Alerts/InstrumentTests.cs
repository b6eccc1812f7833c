using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Notifications;
using Guardrail.Daemon.Telemetry;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Microsoft.Extensions.DependencyInjection;

namespace Guardrail.Chart.Tests.Alerts;

/// <summary>Alerts and dashboard look at what the daemon shows.</summary>
[Category("Helm")]
[CancelAfter(60_000)]
internal sealed class InstrumentTests
{
    [Test]
    public async Task Each_metric_of_the_alerts_and_the_dashboard_is_an_instrument_of_the_daemon(CancellationToken cancellationToken)
    {
        var asked = AlertRules.Expressions(await AlertRules.SpecAsync(cancellationToken))
            .Concat(AlertRules.Queries(await AlertRules.DashboardAsync(cancellationToken)))
            .SelectMany(e => Regex.Matches(e, "guardrail_[a-z_]+").Select(m => m.Value)).Distinct().ToArray();
        Assert.That(asked, Has.Length.GreaterThan(12));
        Assert.That(asked.Except(Instruments()), Is.Empty);
    }

    [Test]
    public async Task Each_label_value_that_alerts_and_dashboard_select_is_one_that_the_daemon_writes(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string[]>
        {
            ["kind"] = Enum.GetNames<NotificationKind>(),
            ["phase"] = [.. typeof(RolloutPhase).GetNestedTypes().Where(t => t.IsAssignableTo(typeof(RolloutPhase))).Select(t => t.Name)],
            ["action"] = Enum.GetNames<DecisionKind>(),
            ["outcome"] = [.. typeof(ActionOutcome).GetNestedTypes().Select(t => t.Name)],
        };
        var selected = AlertRules.Expressions(await AlertRules.SpecAsync(cancellationToken))
            .Concat(AlertRules.Queries(await AlertRules.DashboardAsync(cancellationToken)))
            .SelectMany(e => Regex.Matches(e, "(\\w+)=~?\"([^\"]*)\"")).Where(m => m.Groups[1].Value is not ("namespace" or "container")).ToArray();
        Assert.That(selected.Select(m => m.Groups[1].Value).Distinct(), Is.EquivalentTo(known.Keys));
        foreach (var match in selected)
        {
            Assert.That(match.Groups[2].Value.Split('|'), Is.SubsetOf(known[match.Groups[1].Value]), match.Value);
        }
    }

    [Test]
    public async Task The_counters_that_alerts_look_at_are_shown_as_zero_before_anything_happens(CancellationToken cancellationToken)
    {
        using var exposition = new PrometheusExposition();
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var instruments = new GuardrailInstruments(
            services.GetRequiredService<IMeterFactory>(), new Readiness(TimeProvider.System), TimeProvider.System);
        instruments.WatchNotifications("on-call", () => 0);
        using var page = new MemoryStream();
        await exposition.WriteAsync(page, cancellationToken);
        var text = System.Text.Encoding.UTF8.GetString(page.ToArray());
        Assert.That(text, Does.Contain("guardrail_notices_total{kind=\"Storm\"} 0\n").And.Contain("guardrail_notices_total{kind=\"CureNotVerified\"} 0\n"));
        Assert.That(text, Does.Contain("guardrail_actions_total{action=\"RollBack\",outcome=\"Failed\"} 0\n"));
        Assert.That(text, Does.Contain("guardrail_notifications_dropped_total{reason=\"given_up\",receiver=\"on-call\"} 0\n"));
        Assert.That(text, Does.Contain("guardrail_leader 1\n").And.Contain("guardrail_blind_rollouts 0\n"));
    }

    [Test]
    public async Task The_dashboard_has_panels_that_do_not_overlap_each_with_a_title_and_a_query(CancellationToken cancellationToken)
    {
        var dashboard = await AlertRules.DashboardAsync(cancellationToken);
        var panels = dashboard["panels"]!.AsArray();
        Assert.That(panels.Select(p => (int)p!["id"]!), Is.Unique);
        Assert.That(panels.Select(p => (string)p!["title"]!), Is.Unique.And.All.Not.Empty);
        var cells = panels.SelectMany(p =>
        {
            var (x, y, w, h) = ((int)p!["gridPos"]!["x"]!, (int)p["gridPos"]!["y"]!, (int)p["gridPos"]!["w"]!, (int)p["gridPos"]!["h"]!);
            Assert.That(x + w, Is.LessThanOrEqualTo(24));
            return from column in Enumerable.Range(x, w) from row in Enumerable.Range(y, h) select (column, row);
        });
        Assert.That(cells, Is.Unique);
        Assert.That(panels.Select(p => p!["targets"]!.AsArray().Count), Has.All.GreaterThan(0));
        Assert.That(panels.SelectMany(p => p!["targets"]!.AsArray()).Select(t => (string)t!["datasource"]!["uid"]!), Has.All.EqualTo("${datasource}"));
        Assert.That(dashboard["templating"]!["list"]!.AsArray().Select(v => (string)v!["name"]!), Is.EqualTo(new[] { "datasource", "namespace" }));
    }

    /// <summary>Every instrument, by the names under which Prometheus sees it.</summary>
    private static HashSet<string> Instruments()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope != meters)
            {
                // Another test's, which publishes from a thread of its own.
                return;
            }

            var name = $"{instrument.Meter.Name}_{instrument.Name}";
            names.UnionWith(instrument is Histogram<double> ? [name + "_bucket", name + "_sum", name + "_count"] : [name]);
        };
        listener.Start();
        using var instruments = new GuardrailInstruments(meters, new Readiness(TimeProvider.System), TimeProvider.System);
        return [.. names.Where(n => n.StartsWith(GuardrailInstruments.MeterName + "_", StringComparison.Ordinal))];
    }
}
