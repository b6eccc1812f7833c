using System.Collections.Immutable;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>A mapping of the scenario format: its fields, for the reader and for the JSON Schema alike.</summary>
/// <param name="Name">Name of the definition in the schema.</param>
/// <param name="Words">What it is, for editors.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record Form(string Name, string Words, ImmutableArray<FieldForm> Fields)
{
    /// <summary>Names of all fields.</summary>
    public string[] Known { get; } = [.. Fields.Select(f => f.Name)];
}

/// <summary>A field of a mapping.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it holds.</param>
/// <param name="Words">What it means, with unit and default, for editors.</param>
/// <param name="IsRequired">Whether it must be there.</param>
internal sealed record FieldForm(string Name, ValueForm Value, string Words, bool IsRequired = false);

/// <summary>What a field holds. Closed.</summary>
internal abstract record ValueForm
{
    private ValueForm()
    {
    }

    public static ValueForm Text { get; } = new OfText();

    public static ValueForm Duration { get; } = new Written("duration", @"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$");

    public static ValueForm Rate { get; } = new Written("rate", @"^[0-9]+(\.[0-9]+)?/(s|min|h)$");

    public static ValueForm Percent { get; } = new Written("percent", @"^[0-9]+(\.[0-9]+)?%$");

    public static ValueForm Whole { get; } = new OfWhole();

    public static ValueForm Number { get; } = new OfNumber();

    public static ValueForm Flag { get; } = new OfFlag();

    public static ValueForm Anything { get; } = new OfAnything();

    public sealed record OfText : ValueForm;

    public sealed record OfWhole : ValueForm;

    public sealed record OfNumber : ValueForm;

    public sealed record OfFlag : ValueForm;

    public sealed record OfAnything : ValueForm;

    public sealed record Written(string Name, string Pattern) : ValueForm;

    public sealed record Choice(ImmutableArray<string> Values) : ValueForm;

    public sealed record Mapping(Form Form) : ValueForm;

    public sealed record MapOf(ValueForm Value) : ValueForm;

    public sealed record ListOf(ValueForm Item) : ValueForm;

    public sealed record Either(ValueForm One, ValueForm Other) : ValueForm;

    public sealed record Kinds(string Name, ImmutableArray<Form> Forms) : ValueForm;
}
