using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Kubernetes.Acting;

/// <summary>A JSON Patch (RFC 6902) under construction, as the API server takes it.</summary>
internal sealed class JsonPatch
{
    private readonly JsonArray operations = [];

    /// <summary>The patch's operations.</summary>
    public JsonArray Operations => operations;

    /// <summary>Makes the whole patch fail unless the member has this value.</summary>
    public JsonPatch Test(string path, JsonNode? value) => Add("test", path, value);

    /// <summary>Sets a member, new or not, of an object that is there.</summary>
    public JsonPatch Set(string path, JsonNode? value) => Add("add", path, value);

    /// <summary>Removes a member that is there; the patch fails if it is not.</summary>
    public JsonPatch Remove(string path)
    {
        operations.Add(new JsonObject { ["op"] = "remove", ["path"] = path });
        return this;
    }

    /// <summary>Escapes a name for use in a path.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal)
        .Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The body of the request.</summary>
    public HttpContent ToContent() =>
        new StringContent(operations.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json-patch+json");

    private JsonPatch Add(string operation, string path, JsonNode? value)
    {
        operations.Add(new JsonObject { ["op"] = operation, ["path"] = path, ["value"] = value?.DeepClone() });
        return this;
    }
}
