using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guardrail.Kubernetes.Records;

/// <summary>How records are read and written.</summary>
public static class RecordJson
{
    /// <summary>Camel case, names of enumerations as text, nothing for null; members that are not known are passed over.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.Strict,
        };
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
