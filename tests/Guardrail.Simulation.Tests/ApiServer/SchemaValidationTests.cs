using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Bounds of numbers in a custom resource's schema, worded as a real server words them.</summary>
public sealed class SchemaValidationTests
{
    [TestCase("0.5", "should be less than or equal to 0.05")]
    [TestCase("1", "should be less than or equal to 0", Description = "a whole number is compared with the whole part of the bound")]
    [TestCase("0", "should be greater than 0")]
    [TestCase("-0.1", "should be greater than 0")]
    [TestCase("0.05", null)]
    public void A_bound_may_be_exclusive_and_a_fraction(string value, string? refusal)
    {
        var schema = OpenApiSchema.Read(JsonNode.Parse(
            """{"type":"object","properties":{"x":{"type":"number","minimum":0,"exclusiveMinimum":true,"maximum":0.05}}}""")!.AsObject());
        var errors = SchemaValidation.Validate(new JsonObject { ["x"] = JsonNode.Parse(value) }, null, schema);
        Assert.That(errors.Select(e => e.Message), Is.EqualTo(refusal is null ? Array.Empty<string>() : [$"Invalid value: {value}: x in body {refusal}"]));
    }
}
