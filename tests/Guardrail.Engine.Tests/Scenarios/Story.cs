using CsCheck;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;

namespace Guardrail.Engine.Tests.Scenarios;

/// <summary>What happens to a workload, and when: a random scenario.</summary>
internal sealed record Story(int Seed, Autonomy Autonomy, bool Paced, int InterruptAt, (int Tick, int Event)[] Events)
{
    public static readonly Gen<Story> Gen =
        from seed in CsCheck.Gen.Int[0, 1_000_000]
        from autonomy in CsCheck.Gen.Enum<Autonomy>()
        from paced in CsCheck.Gen.Bool
        from interruptAt in CsCheck.Gen.Int[1, 100]
        from events in CsCheck.Gen.Select(CsCheck.Gen.Int[2, 100], CsCheck.Gen.Int[0, 11]).Array[1, 8]
        select new Story(seed, autonomy, paced, interruptAt, events);

    public const int Ticks = 110;

    public Scenario Begin()
    {
        var scenario = new Scenario(
            Scenario.Enforcing with
            {
                Autonomy = Autonomy,
                Pacing = Paced ? Scenario.Enforcing.Pacing : Pacing.Off,
                Bake = TimeSpan.FromMinutes(2),
                BlindBudget = TimeSpan.FromMinutes(1),
            },
            Seed);
        scenario.Cluster.StepsPerBatch = 3;
        scenario.Cluster.RequestsPerSecond = 60;
        return scenario;
    }

    public void Turn(Scenario scenario, int tick)
    {
        foreach (var (_, what) in Events.Where(e => e.Tick == tick))
        {
            Happen(scenario, what, tick);
        }
    }

    private static void Happen(Scenario scenario, int what, int tick)
    {
        var cluster = scenario.Cluster;
        switch (what)
        {
            case 0:
                cluster.Deploy(Release.Good($"good{tick}"));
                break;
            case 1 or 2:
                cluster.Deploy(Release.Bad($"bad{tick}"));
                break;
            case 3:
                cluster.Deploy(new Release($"loop{tick}") { CrashLoops = true });
                break;
            case 4:
                cluster.PauseByPerson();
                break;
            case 5:
                cluster.ResumeByPerson();
                break;
            case 6:
                scenario.Outage = scenario.Outage is null ? "Prometheus is down" : null;
                break;
            case 7:
                cluster.Scale((tick % 6) + 1);
                break;
            case 8:
                cluster.Redeploy("v1");
                break;
            case 9:
                var answers = 0;
                scenario.Interfere = _ => answers++ % 2 == 0 ? new ActionOutcome.Failed("503") : null;
                break;
            case 10:
                scenario.Interfere = _ => new ActionOutcome.Impossible("forbidden");
                break;
            default:
                scenario.Interfere = _ => null;
                break;
        }
    }
}
