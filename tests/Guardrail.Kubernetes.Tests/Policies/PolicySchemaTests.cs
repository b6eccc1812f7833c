using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Tests.Records;

namespace Guardrail.Kubernetes.Tests.Policies;

/// <summary>The schema of GuardrailPolicy and the reader of policies say the same.</summary>
[CancelAfter(20_000)]
internal sealed partial class PolicySchemaTests
{
    private ResourceServer server = null!;

    [SetUp]
    public async Task Start() => server = await ResourceServer.StartAsync();

    [TearDown]
    public async Task Stop() => await server.DisposeAsync();

    [Test]
    public void Every_field_that_the_reader_knows_is_in_the_schema_and_the_other_way_round()
    {
        var compared = 0;
        foreach (var (path, schema) in Objects(Spec, []).Where(o => o.Schema["properties"] is not null))
        {
            // Asked to read a text where fields belong, the reader names them.
            var answer = Refusal(Document(path, "nothing", server.SchemaOf("GuardrailPolicy")));
            var known = Parentheses().Match(answer).Groups[1].Value.Split(", ");
            Assert.That(known, Is.EquivalentTo(schema["properties"]!.AsObject().Select(p => p.Key)), string.Join('.', path));
            compared++;
        }

        Assert.That(compared, Is.EqualTo(16), "spec, storm, freeze, contest, the fleet's budget, workloads, selector, an expression, a signal and its three kinds, pacing, effect, watch, a target");
    }

    [Test]
    public void Both_refuse_what_is_out_of_range_and_take_its_ends()
    {
        foreach (var (path, schema) in Leaves(Spec, []))
        {
            var name = string.Join('.', path);
            foreach (var (value, good) in Probes(schema))
            {
                var document = Document(path, value, server.SchemaOf("GuardrailPolicy"));
                var refusal = Attempt(document);
                var unsupported = refusal?.Contains("cannot hold or roll back yet", StringComparison.Ordinal) == true;
                Assert.That(refusal is null || unsupported, Is.EqualTo(good), $"{name}: {value?.ToJsonString()}: {refusal}");
            }
        }
    }

    [Test]
    public async Task The_server_s_defaults_are_the_reader_s()
    {
        var given = JsonNode.Parse("""
            {"pacing": {}, "signals": [{"errors": {"metric": "a_total", "outcomeLabels": ["code"]}}, {"latency": {"metric": "b_seconds"}},
             {"business": {"metric": "c_total", "requests": "a_total"}}], "impact": [{"workload": "frontend", "signal": "errors"}]}
            """);
        foreach (var (name, spec) in new[] { ("empty", new JsonObject()), ("full", given) })
        {
            var (code, stored) = await server.PolicyAsync(name, spec);
            Assert.That(code, Is.EqualTo(201), stored.ToJsonString());
            var filled = PolicyFile.Read("shop", "p", stored["spec"]!.ToJsonString());
            Assert.That(filled, Is.EqualTo(PolicyFile.Read("shop", "p", spec!.ToJsonString())), name);
            var text = stored["spec"]!;
            Assert.That(((string)text["autonomy"]!, (int)text["history"]!, (string)text["tick"]!), Is.EqualTo(("Observe", 50, "5s")));
        }
    }

    [TestCase("""{"autonomy": "Maximal"}""", "spec.autonomy")]
    [TestCase("""{"history": 0}""", "spec.history")]
    [TestCase("""{"tick": 5}""", "spec.tick")]
    [TestCase("""{"tick": "soon"}""", "spec.tick")]
    [TestCase("""{"falseRollbackBudget": 0.5}""", "spec.falseRollbackBudget")]
    [TestCase("""{"falseRollbackBudget": 1}""", "spec.falseRollbackBudget: Invalid value: 1: must be above 0 and at most 0.05")]
    [TestCase("""{"pacing": {"stepPercents": [0]}}""", "spec.pacing.stepPercents[0]")]
    [TestCase("""{"signals": [{"errors": {"outcomeLabels": ["code"]}}]}""", "spec.signals[0].errors.metric")]
    [TestCase("""{"workloads": {"kinds": ["CronJob"]}}""", "spec.workloads.kinds[0]")]
    public async Task The_server_refuses_a_bad_policy_and_names_the_field(string spec, string field)
    {
        var (code, answer) = await server.PolicyAsync("bad", JsonNode.Parse(spec));
        Assert.That(code, Is.EqualTo(422));
        Assert.That((string)answer["message"]!, Does.Contain(field));
    }

    [Test]
    public async Task The_samples_are_taken_by_the_server_as_they_stand()
    {
        var taken = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(ResourceServer.Checkout, "samples", "policies"), "*.yaml"))
        {
            foreach (var document in (await File.ReadAllTextAsync(file)).Split("\n---\n"))
            {
                var (code, answer) = await server.PostAsync(
                    "apis/guardrail.dev/v1alpha1/namespaces/shop/guardrailpolicies?fieldValidation=Strict", document, "application/yaml");
                Assert.That(code, Is.EqualTo(201), answer.ToJsonString());
                taken++;
            }
        }

        Assert.That(taken, Is.GreaterThanOrEqualTo(3));
    }

    [Test]
    public void A_bad_policy_of_the_cluster_is_told_by_its_field_without_lines()
    {
        var item = JsonSerializer.Deserialize<JsonElement>("""
            {"metadata": {"name": "shop", "namespace": "shop", "uid": "u", "generation": 3}, "spec": {"pacing": {"stepPercents": [50, 10]}}}
            """);
        var read = PolicyResource.Read(item);
        Assert.That(read.Policy, Is.Null);
        Assert.That(read.Problem, Does.StartWith("spec.pacing.stepPercents must name at least one step, in ascending order"));
        Assert.That(read.Generation, Is.EqualTo(3));
    }

    private JsonObject Spec => server.SchemaOf("GuardrailPolicy")["properties"]!["spec"]!.AsObject();

    private static IEnumerable<(string[] Path, JsonObject Schema)> Objects(JsonObject schema, string[] path) => schema["properties"] is null && schema["items"] is null
        ? schema["additionalProperties"] is null ? [] : [(path, schema)]
        : schema["items"] is JsonObject items
            ? Objects(items, [.. path, "[]"])
            : schema["properties"]!.AsObject().SelectMany(p => Objects(p.Value!.AsObject(), [.. path, p.Key])).Prepend((path, schema));

    private static IEnumerable<(string[] Path, JsonObject Schema)> Leaves(JsonObject schema, string[] path) => schema switch
    {
        _ when schema["properties"] is JsonObject members => members.SelectMany(p => Leaves(p.Value!.AsObject(), [.. path, p.Key])),
        _ when schema["items"] is JsonObject items => Leaves(items, [.. path, "[]"]),
        _ => [(path, schema)],
    };

    /// <summary>Values at and just beyond the ends of what the schema allows.</summary>
    private static IEnumerable<(JsonNode? Value, bool Good)> Probes(JsonObject schema)
    {
        foreach (var word in schema["enum"] as JsonArray ?? [])
        {
            yield return (word!.DeepClone(), true);
        }

        if (schema["enum"] is not null)
        {
            yield return ("Nonsense", false);
        }

        if ((double?)schema["minimum"] is { } least && (double?)schema["maximum"] is { } most)
        {
            var whole = (string)schema["type"]! == "integer";
            var step = whole ? 1 : 0.0001;
            yield return (Number(most, whole), true);
            yield return (Number(most + step, whole), false);
            yield return (Number(least, whole), (bool?)schema["exclusiveMinimum"] != true);
            yield return (Number(least - step, whole), false);
        }

        if ((string?)schema["x-kubernetes-validations"]?[0]?["rule"] is { } fraction && Fractions().Match(fraction) is { Success: true } bounds)
        {
            var end = double.Parse(bounds.Groups[1].Value, CultureInfo.InvariantCulture);
            yield return (end, true);
            yield return (end + 0.0001, false);
            yield return (1, false);
            yield return (0, false);
            yield return (-0.0001, false);
        }

        var rule = (string?)schema["x-kubernetes-validations"]?[0]?["rule"];
        if (rule is not null && Durations().Matches(rule) is { Count: 2 } ends)
        {
            var (from, to) = (ends[0].Groups[1].Value, ends[1].Groups[1].Value);
            yield return (from, true);
            yield return (to, true);
            yield return (to + "1ms", false);
            yield return ("5", false);
            if (from == "1s")
            {
                yield return ("999ms", false);
            }
        }
    }

    private static JsonNode Number(double value, bool whole) => whole ? (long)value : value;

    /// <summary>A policy that is good but for a value at one place.</summary>
    private static JsonNode Document(string[] path, JsonNode? value, JsonObject schema) =>
        Put(schema["properties"]!["spec"]!.AsObject(), path, value)!;

    private static JsonNode? Put(JsonObject schema, ReadOnlySpan<string> path, JsonNode? value)
    {
        if (path.IsEmpty)
        {
            return value?.DeepClone();
        }

        if (path[0] == "[]")
        {
            return new JsonArray(Put(schema["items"]!.AsObject(), path[1..], value));
        }

        var made = new JsonObject();
        foreach (var required in schema["required"] as JsonArray ?? [])
        {
            made[(string)required!] = (string)required! switch
            {
                "outcomeLabels" => new JsonArray("code"),
                "operator" => "Exists",
                "requests" => "requests_total",

                // Each within its range, and with the other's ends no more than one false rollback in twenty.
                "falseRollbacksPerYear" => 0.05,
                "rolloutsPerYear" => 1_000_000,
                var name => name == "metric" ? "metric_total" : "name",
            };
        }

        made[path[0]] = Put(schema["properties"]![path[0]]!.AsObject(), path[1..], value);
        if (path[0] == "operator" && (string?)value is "In" or "NotIn")
        {
            made["values"] = new JsonArray("a");
        }

        return made;
    }

    private static string Refusal(JsonNode spec) => Attempt(spec) ?? throw new AssertionException("not refused: " + spec.ToJsonString());

    private static string? Attempt(JsonNode spec)
    {
        try
        {
            _ = PolicyFile.Read("shop", "p", spec.ToJsonString());
            return null;
        }
        catch (ConfigurationException fault)
        {
            return fault.Message;
        }
    }

    [GeneratedRegex(@"\((.*)\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"^self > 0\.0 && self <= ([0-9.]+)$")]
    private static partial Regex Fractions();

    [GeneratedRegex(@"duration\('([0-9a-z]+)'\)")]
    private static partial Regex Durations();
}
