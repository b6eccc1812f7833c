namespace Guardrail.Simulation.ApiServer;

/// <summary>One fault of an invalid object.</summary>
/// <param name="Field">Path: <c>spec.replicas</c>.</param>
/// <param name="Reason">Machine readable: <c>FieldValueInvalid</c>.</param>
/// <param name="Message">Text without the path: <c>Required value</c>.</param>
public sealed record FieldError(string Field, string Reason, string Message)
{
    /// <summary>A value is missing.</summary>
    public static FieldError Required(string field, string detail = "") =>
        new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    /// <summary>A value is wrong.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="shownValue">The value as it is to be shown, quoted when it is a string.</param>
    /// <param name="detail">Why.</param>
    public static FieldError Invalid(string field, string shownValue, string detail) =>
        new(field, "FieldValueInvalid", $"Invalid value: {shownValue}: {detail}");

    /// <summary>A value is not allowed here.</summary>
    public static FieldError Forbidden(string field, string detail) => new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    /// <summary>A value is none of the allowed ones.</summary>
    public static FieldError NotSupported(string field, string shownValue, IEnumerable<string> allowed) =>
        new(
            field, "FieldValueNotSupported",
            $"Unsupported value: {shownValue}: supported values: {string.Join(", ", allowed.Select(v => $"\"{v}\""))}");
}
