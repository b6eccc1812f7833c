using Guardrail.Kubernetes.Connection;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Kubernetes.Policies;

/// <summary>The fields of a mapping of a policy file; an unknown field is an error that names the one probably meant.</summary>
internal sealed class YamlFields
{
    private readonly YamlPlace place;
    private readonly Dictionary<string, YamlPlace> fields = [];

    /// <summary>Reads the mapping.</summary>
    /// <param name="place">The mapping.</param>
    /// <param name="known">Every field it may have.</param>
    /// <exception cref="ConfigurationException">It is no mapping, or has a field that is not known.</exception>
    public YamlFields(YamlPlace place, params ReadOnlySpan<string> known)
    {
        this.place = place;
        if (place.Node is not YamlMappingNode mapping)
        {
            throw place.Error("must be a mapping of fields (" + string.Join(", ", known) + ").");
        }

        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            var field = place.Field.Length == 0 ? name : $"{place.Field}.{name}";
            if (!known.Contains(name))
            {
                throw new YamlPlace(place.File, field, key).Error($"is not a field; {Suggestion.For(name, known)}");
            }

            var read = new YamlPlace(place.File, field, value);
            if (!read.IsNull)
            {
                fields[name] = read;
            }
        }
    }

    /// <summary>A field; null when it is missing or null.</summary>
    public YamlPlace? this[string name] => fields.GetValueOrDefault(name);

    /// <summary>A field that must be there.</summary>
    /// <exception cref="ConfigurationException">It is missing.</exception>
    public YamlPlace Required(string name) => this[name] ?? throw place.Error(
        place.Field.Length == 0 ? $"{name} is missing." : $"has no {name}; add it.");

    /// <summary>A field's value, or a default when it is missing.</summary>
    public T Or<T>(string name, T otherwise, Func<YamlPlace, T> read) => this[name] is { } field ? read(field) : otherwise;
}
