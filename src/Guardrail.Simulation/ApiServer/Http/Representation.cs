namespace Guardrail.Simulation.ApiServer;

/// <summary>In which form a client wants its answer.</summary>
internal enum Shape
{
    Whole,
    Table,
    Metadata,
}

/// <summary>The outcome of content negotiation.</summary>
internal sealed record Representation(Shape Shape, bool Yaml)
{
    public static Representation Json { get; } = new(Shape.Whole, false);

    /// <summary>Reads an Accept header; the first acceptable entry wins.</summary>
    /// <exception cref="ApiException">406 when none is served. Protobuf is not served here, so it is skipped.</exception>
    public static Representation Negotiate(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
        {
            return Json;
        }

        foreach (var entry in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(';', StringSplitOptions.TrimEntries);
            var shape = parts.FirstOrDefault(p => p.StartsWith("as=", StringComparison.Ordinal)) switch
            {
                "as=Table" => Shape.Table,
                "as=PartialObjectMetadata" or "as=PartialObjectMetadataList" => Shape.Metadata,
                null => Shape.Whole,
                _ => (Shape?)null,
            };
            if (shape is null)
            {
                continue;
            }

            switch (parts[0])
            {
                case "application/json" or "*/*" or "application/*":
                    return new Representation(shape.Value, false);
                case "application/yaml":
                    return new Representation(shape.Value, true);
            }
        }

        throw new ApiException(
            406, "NotAcceptable",
            "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf", []);
    }
}
