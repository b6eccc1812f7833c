using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Rules of custom resources, as far as the embedded server evaluates them; the recordings of a real one show the answers.</summary>
public sealed class CelExpressionTests
{
    private static readonly JsonNode Self = JsonNode.Parse("""{"a":1,"b":"x","c":{"d":[1,2]},"e":2.5}""")!;
    private static readonly JsonNode Old = JsonNode.Parse("""{"a":1,"b":"y","c":{"d":[1,2]}}""")!;

    [TestCase("self == oldSelf", false)]
    [TestCase("self.a == oldSelf.a && self.c == oldSelf.c", true)]
    [TestCase("self.b == oldSelf.b", false)]
    [TestCase("self.b != 'x' || has(self.e)", true)]
    [TestCase("has(oldSelf.e)", false)]
    [TestCase("has(self.e) == has(oldSelf.e)", false)]
    [TestCase("!has(self.f) || self.f <= self.a", true)]
    [TestCase("self.a < self.e && (self.e >= 2.5 && !(self.a > 1))", true)]
    [TestCase("'b is ' + self.b == 'b is x'", true)]
    public void Is_evaluated(string rule, bool value) => Assert.That((bool?)CelExpression.Read(rule)!.Of(Self, Old), Is.EqualTo(value));

    [Test]
    public void A_missing_field_is_an_error_and_not_false() =>
        Assert.That(() => CelExpression.Read("self.f == 1")!.Of(Self, Old), Throws.TypeOf<KeyNotFoundException>().With.Message.EqualTo("no such key: f"));

    [TestCase("self.operator in ['In']")]
    [TestCase("size(self.b) > 0")]
    [TestCase("duration(self) >= duration('1s')")]
    [TestCase("!self.endsWith('_bucket')")]
    [TestCase("self.a <= 0.05 * self.e")]
    [TestCase("self.isSorted()")]
    [TestCase("(self.a == 1")]
    [TestCase("other.a == 1")]
    public void What_needs_more_is_not_read_at_all(string rule) => Assert.That(CelExpression.Read(rule), Is.Null);
}
