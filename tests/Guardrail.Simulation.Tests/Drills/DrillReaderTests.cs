using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Drills;

namespace Guardrail.Simulation.Tests.Drills;

public sealed class DrillReaderTests
{
    private readonly DrillPlan plan = Drilled.Plan(Drilled.BadApi);

    [Test]
    public void Every_command_is_read_in_upper_or_lower_case_and_written_as_it_was_typed()
    {
        var steps = Drilled.Steps(plan, """
            see errors at shop
            HOLD Api
            resume api
            rollback api
            Anna: rollback api v1
            approve
            approve api
            page  the payments team
            ask
            ben: ask api

            who ben
            hold api
            # a comment
            anna:
            +1m30s hold mail
            """);
        Assert.That(steps.Select(s => $"{s.At.TotalSeconds} {s.By} {s.Command.Words}"), Is.EqualTo(new[]
        {
            "0 anna see errors at shop", "0 anna hold api", "0 anna resume api", "0 anna rollback api", "0 anna rollback api v1", "0 anna approve",
            "0 anna approve api", "0 anna page the payments team", "0 anna ask", "0 ben ask api", "0 ben hold api", "90 anna hold mail",
        }));
        Assert.That(steps.Select(s => DrillReader.Recorded(s.Command.Words)), Is.EqualTo(steps.Select(s => s.Command)));
    }

    [TestCase("rollback mial", "script(1): there is no service 'mial'; did you mean mail?")]
    [TestCase("rollback payments", "script(1): there is no service 'payments'; known are api, mail, shop.")]
    [TestCase("\nrollbak api", "script(2): there is no command 'rollbak'; did you mean rollback?")]
    [TestCase("hold", "script(1): hold which service? There are api, mail, shop.")]
    [TestCase("hold api mail", "script(1): hold takes one service, but there is more: 'mail'.")]
    [TestCase("rollback api v1 now", "script(1): rollback takes a service and at most a revision, but there is more: 'v1 now'.")]
    [TestCase("bem: hold api", "script(1): there is no participant 'bem'; did you mean ben?")]
    [TestCase("who", "script(1): there is no participant ''; known are anna, ben.")]
    [TestCase("see", "script(1): say what you see: a service, a symptom or both, such as see checkout answers with errors.")]
    [TestCase("page", "script(1): say whom to page, such as page payments team.")]
    [TestCase("+5 hold api", "script(1): a time is written +90s, +2m or +1m30s, before the command.")]
    [TestCase("+2m hold api\n+1m hold api", "script(2): its time lies before that of the line above; times may not go back.")]
    [TestCase("+99h hold api", "script(1): its time lies more than 24h after the beginning.")]
    [TestCase("see \u001b[2J", "script(1): a line has at most 500 characters, and none that steer the terminal.")]
    public void A_line_that_cannot_be_understood_is_told_in_one_sentence(string script, string sentence) =>
        Assert.That(() => Drilled.Steps(plan, script), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(sentence));

    [Test]
    public void Nothing_is_read_after_somebody_called_it_over()
    {
        var (steps, end) = DrillScript.Read(
            new StringReader("+1m see errors\n+2m end\nthis is no command"), "script", new(plan.Scenario, plan.Participants), plan.Lead);
        Assert.That(steps, Has.Length.EqualTo(1));
        Assert.That(end, Is.EqualTo(TimeSpan.FromMinutes(2)));
    }

    [TestCase("anna,ben", null)]
    [TestCase("", "name 1 to 30 people, with commas between them: anna,ben")]
    [TestCase("anna,Anna", "'anna' is named twice")]
    [TestCase("anna smith", "'anna smith' is no name; a name has 1 to 40 letters, digits, points, dashes or underscores")]
    public void Names_are_checked(string names, string? fault) => Assert.That(DrillPeople.Read(names, out _), Is.EqualTo(fault));
}
