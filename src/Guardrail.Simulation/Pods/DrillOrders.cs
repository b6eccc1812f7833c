using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Pods;

/// <summary>What the coordinator of a drill tells one pod to be from now on: <c>PUT /orders</c>.</summary>
public sealed record DrillOrders
{
    /// <summary>Header of the secret that the coordinator shares with its pods.</summary>
    public const string TokenHeader = "X-Guardrail-Drill";

    /// <summary>Path that takes orders.</summary>
    public const string Path = "/orders";

    /// <summary>Largest body: 1 MiB.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>How long metrics are served after the orders that brought them: 30 s. The pod falls silent when its coordinator does.</summary>
    public static readonly TimeSpan MetricsLast = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether the pod answers its readiness probe.</summary>
    public required bool Ready { get; init; }

    /// <summary>What <c>/metrics</c> serves, in Prometheus' text format 0.0.4; null: nothing.</summary>
    public string? Metrics { get; init; }

    /// <summary>How the process ends now; null: it goes on.</summary>
    public DrillExit? Exit { get; init; }

    /// <summary>Reads a body. Only <c>ready</c> must be there.</summary>
    /// <param name="json">The body, in UTF-8.</param>
    /// <exception cref="FormatException">It is no orders; the message says why in one sentence.</exception>
    public static DrillOrders Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        catch (JsonException fault)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}");
            throw new FormatException(fault.LineNumber is null ? "The orders name a field twice." : $"The orders are not JSON: see {where}.", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("The orders hold text that is not Unicode.", fault);
        }
    }

    /// <summary>The body that <see cref="Parse"/> reads.</summary>
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { ["ready"] = Ready, ["metrics"] = Metrics, ["exit"] = Exit is { } exit ? Word(exit) : null }, Compact);

    private static DrillOrders Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The orders are no JSON object with the field ready.");
        }

        bool? ready = null;
        string? metrics = null;
        DrillExit? exit = null;
        foreach (var field in body.EnumerateObject())
        {
            switch (field.Name, field.Value.ValueKind)
            {
                case ("ready", JsonValueKind.True or JsonValueKind.False):
                    ready = field.Value.GetBoolean();
                    break;
                case ("metrics", JsonValueKind.String or JsonValueKind.Null):
                    metrics = field.Value.GetString();
                    break;
                case ("exit", JsonValueKind.String or JsonValueKind.Null):
                    exit = ExitOf(field.Value.GetString());
                    break;
                default:
                    throw new FormatException(field.Name switch
                    {
                        "ready" => "The field ready of the orders takes true or false.",
                        "metrics" => "The field metrics of the orders takes a text or null.",
                        "exit" => "The field exit of the orders takes crash, outOfMemory or null.",
                        _ => $"The orders have no field '{field.Name}'; they take ready, metrics and exit.",
                    });
            }
        }

        return new DrillOrders
        {
            Ready = ready ?? throw new FormatException("The orders lack the field ready: true or false."),
            Metrics = metrics,
            Exit = exit,
        };
    }

    private static DrillExit? ExitOf(string? word) => word is null ? null
        : Enum.GetValues<DrillExit>().Cast<DrillExit?>().FirstOrDefault(e => Word(e!.Value) == word)
            ?? throw new FormatException($"The field exit of the orders takes crash, outOfMemory or null, not '{word}'.");

    private static string Word(DrillExit exit) => exit == DrillExit.Crash ? "crash" : "outOfMemory";
}

/// <summary>How a process that plays in a drill ends.</summary>
public enum DrillExit
{
    /// <summary>With exit code 1.</summary>
    Crash,

    /// <summary>By the kernel, for its memory: exit code 137.</summary>
    OutOfMemory,
}
