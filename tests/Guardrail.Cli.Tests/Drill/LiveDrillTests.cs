using System.Collections.Immutable;
using System.Threading.Channels;
using Guardrail.Cli.Drill;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Drills;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Tests.Drill;

public sealed class LiveDrillTests
{
    private const string Release = """
        apiVersion: guardrail.dev/v1alpha1
        kind: Scenario
        name: release
        duration: 20m
        services: {shop: {traffic: 100/s, errors: 0%, calls: [api]}, api: {pods: 6, errors: 0%}}
        rollouts: [{service: api, at: 5m, by: agent, faults: [{fault: errors, rate: 10%}]}]
        """;

    [Test]
    [Category("Slow")]
    [CancelAfter(90_000)]
    public async Task What_participants_do_is_written_to_the_cluster_and_ends_the_harm(CancellationToken cancellationToken)
    {
        var scenario = ScenarioFile.Load(new StringReader(Release), "release.yaml");
        var plan = new DrillPlan
        {
            Scenario = scenario,
            Source = "release.yaml",
            Digest = DrillPlan.DigestOf(Release),
            Seed = 1,
            Guardrail = DrillGuardrail.Ask,
            Participants = ["anna", "ben"],
            Lead = "anna",
            Begins = TimeSpan.FromSeconds(250),
            Length = TimeSpan.FromSeconds(300),
        };
        var team = new Team();
        var held = await LiveDrillRun.HoldAsync(plan, 20, TimeProvider.System, team.Lines, team, cancellationToken);
        var score = held.Score;
        Assert.Multiple(() =>
        {
            Assert.That(team.Heard, Does.Contain("v2 rolled out by an agent").And.Contain("held by anna").And.Contain("let go on by ben").And.Contain("rolled back to v1 by anna"));
            Assert.That(team.Heard, Does.Contain("anna: api has no revision v9; it has v1, v2").And.Contain("anna: api is at v1 already"));
            Assert.That(team.Heard, Has.Some.StartsWith("v2: "), "the daemon answers, and names revisions as the scenario does");
            Assert.That(score.Trouble, Is.EqualTo(DrillTrouble.Rollout));
            Assert.That(score.Decided!.What, Is.EqualTo("api: held by anna"));
            Assert.That(score.Rollouts.Single().EndedBy!.By, Is.EqualTo("anna"));
            Assert.That(score.Mitigated, Is.Not.Null);
            Assert.That(score.Wrong.Select(w => w.What), Is.EqualTo(new[] { "resume api" }));
            Assert.That(score.Requests.Spoilt, Is.LessThan(score.Requests.Nobody / 2));
            Assert.That(held.Length, Is.LessThan(plan.Length), "it is over by itself");
        });
    }

    [Test]
    public void Live_goes_by_the_clock() => Assert.That(
        () => DrillRun.RunAsync(new("quiet-release", ["anna"]) { IsLive = true, Speed = 0 }, new Screen { Out = TextWriter.Null, Error = TextWriter.Null }, TimeProvider.System, CancellationToken.None),
        Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("--live goes by the clock: leave --script out, and give --speed 1 to 20."));

    /// <summary>A team that answers what it hears.</summary>
    private sealed class Team : IDrillView
    {
        private readonly Channel<TypedLine> lines = Channel.CreateUnbounded<TypedLine>();

        private bool isOnIt;

        public ChannelReader<TypedLine> Lines => lines.Reader;

        public List<string> Heard { get; } = [];

        public void Told(DrillNews news)
        {
            Heard.Add(news.Words);
            string[] answer = news switch
            {
                { Words: "v2 rolled out by an agent" } => ["hold api"],
                { Words: "held by anna" } => ["ben: resume api"],
                DrillNews.Alert { Service: "api" } when !isOnIt => ["ask api", "rollback api v9", "rollback api"],
                { Words: "rolled back to v1 by anna" } => ["rollback api"],
                _ => [],
            };
            isOnIt = isOnIt || answer.Length > 1;
            foreach (var line in answer)
            {
                lines.Writer.TryWrite(new(line, TimeProvider.System.GetTimestamp()));
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
    }
}
