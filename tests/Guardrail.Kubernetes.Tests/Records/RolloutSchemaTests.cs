using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>The definitions in the chart and the C# types say the same.</summary>
public sealed class RolloutSchemaTests
{
    [TestCase("GuardedRollout", "spec", typeof(GuardedRolloutSpec))]
    [TestCase("GuardedRollout", "status", typeof(GuardedRolloutStatus))]
    [TestCase("GuardrailPolicy", "status", typeof(PolicyStatus))]
    public async Task Every_member_is_in_the_schema_and_the_other_way_round(string kind, string part, Type type)
    {
        await using var server = await ResourceServer.StartAsync();
        var differences = new List<string>();
        Compare(server.SchemaOf(kind)["properties"]![part]!.AsObject(), type, part, differences);
        Assert.That(differences, Is.Empty);
    }

    [TestCase("GuardedRollout")]
    [TestCase("GuardrailPolicy")]
    public async Task Every_field_is_described_and_every_text_and_list_is_limited(string kind)
    {
        await using var server = await ResourceServer.StartAsync();
        var missing = new List<string>();
        Describe(server.SchemaOf(kind), kind, isItem: false, missing);
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Every_phase_of_the_engine_can_be_recorded() => Assert.That(
        typeof(RolloutPhase).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(RolloutPhase))).Select(t => t.Name), Is.EquivalentTo(Enum.GetNames<RecordedPhase>()));

    [Test]
    public async Task A_bad_record_is_refused_with_the_name_of_the_field()
    {
        await using var server = await ResourceServer.StartAsync();
        var body = JsonSerializer.Serialize(Sample.Blank(), RecordJson.Options).Replace("\"Deployment\"", "\"CronJob\"", StringComparison.Ordinal);
        var (code, answer) = await server.PostAsync("apis/guardrail.dev/v1alpha1/namespaces/shop/guardedrollouts", body);
        Assert.That(code, Is.EqualTo(422));
        Assert.That((string)answer["message"]!, Does.Contain("spec.workload.kind"));
    }

    [Test]
    public async Task The_checkpoint_may_be_as_long_in_the_schema_as_in_the_code()
    {
        await using var server = await ResourceServer.StartAsync();
        var status = server.SchemaOf("GuardedRollout")["properties"]!["status"]!["properties"]!;
        Assert.That((int)status["checkpoint"]!["properties"]!["data"]!["maxLength"]!, Is.EqualTo(RecordLimits.Checkpoint));
        Assert.That((int)status["timeline"]!["maxItems"]!, Is.EqualTo(RecordLimits.Timeline));
        Assert.That((int)status["signals"]!["maxItems"]!, Is.EqualTo(RecordLimits.Signals));
        Assert.That((int)status["intents"]!["maxItems"]!, Is.GreaterThanOrEqualTo(RecordLimits.Intents));
        Assert.That((int)status["reason"]!["maxLength"]!, Is.EqualTo(RecordLimits.Text));
    }

    private static void Compare(JsonObject schema, Type type, string path, List<string> differences)
    {
        var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)
            .ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));
        var known = schema["properties"]!.AsObject();
        differences.AddRange(members.Keys.Except(known.Select(p => p.Key)).Select(name => $"{path}.{name} is not in the schema"));
        differences.AddRange(known.Select(p => p.Key).Except(members.Keys).Select(name => $"{path}.{name} is not in {type.Name}"));
        foreach (var required in (schema["required"] as JsonArray ?? []).Select(r => (string)r!))
        {
            if (members.TryGetValue(required, out var member) && new NullabilityInfoContext().Create(member).ReadState == NullabilityState.Nullable)
            {
                differences.Add($"{path}.{required} is required, and may be null");
            }
        }

        foreach (var (name, member) in members.Where(m => known.ContainsKey(m.Key)))
        {
            CompareValue(known[name]!.AsObject(), member.PropertyType, $"{path}.{name}", differences);
        }
    }

    private static void CompareValue(JsonObject schema, Type type, string path, List<string> differences)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var expected = type switch
        {
            _ when type.IsEnum || type == typeof(string) || type == typeof(DateTimeOffset) => "string",
            _ when type == typeof(int) || type == typeof(long) => "integer",
            _ when type == typeof(double) => "number",
            _ when type == typeof(bool) => "boolean",
            _ when type.IsAssignableTo(typeof(IEnumerable)) => "array",
            _ => "object",
        };
        if ((string)schema["type"]! != expected)
        {
            differences.Add($"{path} is {schema["type"]} in the schema and {type.Name} in the code");
        }
        else if (type.IsEnum && !Enum.GetNames(type).Order(StringComparer.Ordinal).SequenceEqual(
            schema["enum"]!.AsArray().Select(e => (string)e!).Order(StringComparer.Ordinal)))
        {
            differences.Add($"{path} has other values than {type.Name}");
        }
        else if (expected == "array")
        {
            CompareValue(schema["items"]!.AsObject(), type.GetGenericArguments()[0], path + "[]", differences);
        }
        else if (expected == "object")
        {
            Compare(schema, type, path, differences);
        }
        else if (type == typeof(DateTimeOffset) && (string?)schema["format"] != "date-time")
        {
            differences.Add($"{path} is no date-time in the schema");
        }
    }

    private static void Describe(JsonObject schema, string path, bool isItem, List<string> missing)
    {
        if (schema["description"] is null && !(isItem && schema["properties"] is null))
        {
            missing.Add(path + " has no description");
        }

        var free = schema["maxLength"] is null && schema["enum"] is null && (string?)schema["format"] != "date-time";
        if ((string?)schema["type"] == "string" && free)
        {
            missing.Add(path + " has no maxLength");
        }

        if ((string?)schema["type"] == "array")
        {
            Describe(schema["items"]!.AsObject(), path + "[]", true, missing);
            if (schema["maxItems"] is null)
            {
                missing.Add(path + " has no maxItems");
            }
        }

        foreach (var (name, below) in schema["properties"] as JsonObject ?? [])
        {
            Describe(below!.AsObject(), $"{path}.{name}", false, missing);
        }
    }
}
