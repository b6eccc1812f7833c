using Guardrail.Engine.Decisions;

namespace Guardrail.Engine.Tests.Decisions;

public sealed class DecisionWordsTests
{
    private static readonly string[] Loud = ["ROLL BACK", "PERSON NEEDED", "NOT CURED"];

    [Test]
    public void Every_decision_has_words_of_its_own_and_only_what_a_person_must_see_is_in_capitals()
    {
        var words = Enum.GetValues<DecisionKind>().Select(DecisionWords.Of).ToList();

        Assert.That(words, Is.Unique);
        Assert.That(words.Where(w => w.Any(char.IsUpper)), Is.EquivalentTo(Loud), "a name of a kind instead of words would have capitals too");
    }
}
