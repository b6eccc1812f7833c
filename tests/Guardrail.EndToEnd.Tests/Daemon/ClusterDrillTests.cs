using System.Collections.Immutable;
using System.Threading.Channels;
using Guardrail.Cli.Drill;
using Guardrail.Daemon.Hosting;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Drills;
using Guardrail.Simulation.Scenarios;
using Guardrail.Testing.Cluster;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>A drill in a cluster of which it knows only the Kubernetes API, before a daemon that it knows by its records.</summary>
[Category("Slow")]
[Category("EndToEnd")]
[CancelAfter(150_000)]
internal sealed class ClusterDrillTests
{
    private const string Release = """
        apiVersion: guardrail.dev/v1alpha1
        kind: Scenario
        name: release
        duration: 20m
        services: {shop: {traffic: 100/s, errors: 0%, calls: [api]}, api: {pods: 3, errors: 0%}}
        rollouts: [{service: api, at: 5m, by: agent, faults: [{fault: errors, rate: 20%}]}]
        policy: {pacing: {enabled: true}}
        """;

    [Test]
    public async Task What_participants_do_is_written_to_the_cluster_and_Guardrail_answers_from_its_records(CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new() { RunsDrillPods = true }, ["run", "--policies=cluster", "--scrape"], cancellationToken);
        await using var daemon = await GuardrailHost.StartAsync(
            new DaemonOptions
            {
                PolicyPaths = [],
                ClusterPolicies = true,
                Scrape = true,
                Kubeconfig = stage.Kubeconfig,
                Listen = "127.0.0.1:0",
                Records = RecordKeeping.Required,
            },
            log: null, [], TimeProvider.System, cancellationToken);
        var plan = new DrillPlan
        {
            Scenario = ScenarioFile.Load(new StringReader(Release), "release.yaml"),
            Source = "release.yaml",
            Digest = DrillPlan.DigestOf(Release),
            Seed = 1,
            Guardrail = DrillGuardrail.Ask,
            Participants = ["anna", "ben"],
            Lead = "anna",
            Begins = TimeSpan.FromSeconds(275),
            Length = TimeSpan.FromSeconds(300),
        };
        var team = new Team();

        var held = await LiveDrillRun.HoldAsync(plan, new Guardrail.Cli.Simulate.ClusterWishes(stage.Kubeconfig, null, DrillStage.Space, null), TimeProvider.System, team.Lines, team, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(team.Heard, Does.Contain("v2 rolled out by an agent").And.Contain("rolled back to v1 by anna"));
            Assert.That(team.Heard, Has.Some.Match("(Regressed|Undecided): .* of v2"), "the record answers, and names revisions as the scenario does");
            Assert.That(held.Score.Trouble, Is.EqualTo(DrillTrouble.Rollout));
            Assert.That(held.Score.Rollouts.Single().EndedBy!.By, Is.EqualTo("anna"));
            Assert.That(held.Score.Wrong, Is.Empty);
            Assert.That(stage.Names(ResourceTypes.Deployments).Concat(stage.Names(ResourceTypes.Pods)), Is.Empty);
        });
    }

    /// <summary>A team that asks Guardrail when alerts come, rolls back when it has an answer with counts, and calls it over when that is done.</summary>
    private sealed class Team : IDrillView
    {
        private readonly Channel<TypedLine> lines = Channel.CreateUnbounded<TypedLine>();

        public ChannelReader<TypedLine> Lines => lines.Reader;

        public List<string> Heard { get; } = [];

        public void Told(DrillNews news)
        {
            Heard.Add(news.Words);
            if (Answer(news) is { } answer)
            {
                lines.Writer.TryWrite(new(answer, TimeProvider.System.GetTimestamp()));
            }
        }

        public void Begins(DrillPlan plan)
        {
        }

        public void Speaks(string who)
        {
        }

        public void Said(DrillStep step)
        {
        }

        public void Shows(TimeSpan now, ImmutableArray<ServiceSight> sights, bool isAsked)
        {
        }

        public void Note(string text)
        {
        }

        private static string? Answer(DrillNews news) => news switch
        {
            DrillNews.Alert { Service: "api" } => "ask api",
            DrillNews.Answer { Words: var words } when words.Contains(" of v2", StringComparison.Ordinal) => "rollback api",
            DrillNews.Answer => "ask api",
            { Words: "rolled back to v1 by anna" } => "end",
            _ => null,
        };
    }
}
