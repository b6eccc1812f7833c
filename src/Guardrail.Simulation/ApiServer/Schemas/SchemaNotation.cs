namespace Guardrail.Simulation.ApiServer;

/// <summary>Reads the notation of <see cref="BuiltInSchemaText"/>.</summary>
internal sealed class SchemaNotation
{
    private readonly Dictionary<string, string> lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Schema> made = new(StringComparer.Ordinal);

    public SchemaNotation(params string[] texts)
    {
        string? current = null;
        foreach (var line in texts.SelectMany(t => t.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!line.StartsWith(' '))
            {
                var at = line.IndexOf(':', StringComparison.Ordinal);
                current = line[..at];
                lines[current] = line[(at + 1)..];
            }
            else
            {
                lines[current!] += " " + line.Trim();
            }
        }
    }

    /// <summary>All named types.</summary>
    public IReadOnlyDictionary<string, Schema> ReadAll() =>
        lines.Keys.Select(k => k.TrimEnd('.')).ToDictionary(k => k, Named, StringComparer.Ordinal);

    private Schema Named(string name)
    {
        if (made.TryGetValue(name, out var known))
        {
            return known;
        }

        var open = lines.ContainsKey(name + "...");
        var schema = new Schema { Kind = SchemaKind.Object, Name = name, Open = open };
        made[name] = schema;
        foreach (var field in lines[open ? name + "..." : name].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = field.IndexOf(':', StringComparison.Ordinal);
            schema.Properties[field[..at]] = Read(field[(at + 1)..]);
        }

        return schema;
    }

    private Schema Read(string text)
    {
        if (text.EndsWith('!'))
        {
            var inner = Read(text[..^1]);
            var atomic = new Schema { Kind = inner.Kind, Name = inner.Name, Items = inner.Items, Atomic = true };
            foreach (var (key, value) in inner.Properties)
            {
                atomic.Properties[key] = value;
            }

            return atomic;
        }

        if (text.EndsWith("{}", StringComparison.Ordinal))
        {
            return new Schema { Kind = SchemaKind.Map, Items = Read(text[..^2]) };
        }

        if (text.EndsWith(']'))
        {
            var at = text.IndexOf('[', StringComparison.Ordinal);
            var inside = text[(at + 1)..^1];
            return new Schema
            {
                Kind = SchemaKind.List,
                Items = Read(text[..at]),
                IsSet = inside == "=",
                ListKeys = inside is "" or "=" ? [] : inside.Split(','),
                Atomic = inside.Length == 0,
            };
        }

        return text switch
        {
            "s" => new Schema { Kind = SchemaKind.String },
            "i" => new Schema { Kind = SchemaKind.Integer },
            "n" => new Schema { Kind = SchemaKind.Number },
            "b" => new Schema { Kind = SchemaKind.Boolean },
            "is" => new Schema { Kind = SchemaKind.IntOrString },
            "any" => Schema.Any,
            _ => Named(text),
        };
    }
}
