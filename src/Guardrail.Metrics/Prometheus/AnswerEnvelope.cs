using System.Text.Json;

namespace Guardrail.Metrics.Prometheus;

/// <summary>What an answer says about itself, beside its data.</summary>
internal sealed class AnswerEnvelope
{
    private const int MostWarnings = 20;
    private readonly List<string> warnings = [];
    private bool saysPartial;

    /// <summary>Whether the answer says <c>status: success</c>.</summary>
    public bool Succeeded { get; private set; }

    /// <summary>What the server says went wrong; empty when nothing did.</summary>
    public string Error { get; private set; } = string.Empty;

    /// <summary>
    /// Why the data is incomplete, or null when it is whole. Storage warnings (Thanos: a store that did not answer; Prometheus: a failed
    /// remote
    /// read) mean that series are missing; remarks on the expression, which begin with "PromQL", do not.
    /// </summary>
    public string? Incomplete =>
        warnings.Find(static warning => !warning.StartsWith("PromQL ", StringComparison.Ordinal)) ?? (saysPartial ? "isPartial" : null);

    /// <summary>Reads the member whose name the reader stands at.</summary>
    /// <returns>False when the member has not arrived whole.</returns>
    public bool TryTake(ref Utf8JsonReader reader)
    {
        var name = reader;
        if (!reader.Read())
        {
            return false;
        }

        var value = reader;
        if (!reader.TrySkip())
        {
            return false;
        }

        if (value.TokenType == JsonTokenType.String)
        {
            TakeText(ref name, ref value);
        }
        else if (name.ValueTextEquals("isPartial"u8))
        {
            saysPartial |= value.TokenType == JsonTokenType.True;
        }
        else if (name.ValueTextEquals("warnings"u8) && value.TokenType == JsonTokenType.StartArray)
        {
            while (value.Read() && value.TokenType == JsonTokenType.String && warnings.Count < MostWarnings)
            {
                warnings.Add(value.GetString()!);
            }
        }

        return true;
    }

    private void TakeText(ref Utf8JsonReader name, ref Utf8JsonReader value)
    {
        if (name.ValueTextEquals("status"u8))
        {
            Succeeded = value.ValueTextEquals("success"u8);
        }
        else if (name.ValueTextEquals("error"u8))
        {
            Error = value.GetString()!;
        }
    }
}
