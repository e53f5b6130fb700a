using System.Text.Json;
using System.Text.Json.Serialization;

using Edge.TestKit;

namespace Edge.Tests.Firmware;

/// <summary>An assembly's API as listed; NanoFramework/README.md says what the keys mean.</summary>
internal sealed record NanoAssembly
{
    public required string Package { get; init; }

    public required string PackageVersion { get; init; }

    public required string Assembly { get; init; }

    public required string AssemblyVersion { get; init; }

    public required string[] References { get; init; }

    public required NanoType[] Types { get; init; }

    /// <summary>All that are kept in the repository, by name.</summary>
    public static IReadOnlyDictionary<string, NanoAssembly> All { get; } = Directory
        .GetFiles(Path.Combine(Repository.Root, "tests", "Edge.Tests", "Firmware", "NanoFramework"), "*.json")
        .Select(file => JsonSerializer.Deserialize<NanoAssembly>(File.ReadAllText(file), JsonSerializerOptions.Web)!)
        .ToDictionary(a => a.Assembly);
}

internal sealed record NanoType
{
    [JsonPropertyName("ns")]
    public string? Namespace { get; init; }

    [JsonPropertyName("n")]
    public required string Name { get; init; }

    [JsonPropertyName("k")]
    public required string Kind { get; init; }

    [JsonPropertyName("f")]
    public string Modifiers { get; init; } = "";

    [JsonPropertyName("b")]
    public string? Base { get; init; }

    [JsonPropertyName("i")]
    public string[] Interfaces { get; init; } = [];

    [JsonPropertyName("g")]
    public string[] Generics { get; init; } = [];

    [JsonPropertyName("a")]
    public string[] Attributes { get; init; } = [];

    [JsonPropertyName("u")]
    public string? Underlying { get; init; }

    [JsonPropertyName("v")]
    public Dictionary<string, JsonElement> Values { get; init; } = [];

    [JsonPropertyName("t")]
    public string? Returns { get; init; }

    [JsonPropertyName("p")]
    public string[] Parameters { get; init; } = [];

    [JsonPropertyName("pf")]
    public string[] PrivateFields { get; init; } = [];

    public bool NoCtor { get; init; }

    [JsonPropertyName("m")]
    public NanoMember[] Members { get; init; } = [];

    public NanoType[] Nested { get; init; } = [];
}

internal sealed record NanoMember
{
    [JsonPropertyName("k")]
    public required string Kind { get; init; }

    [JsonPropertyName("n")]
    public string Name { get; init; } = "";

    [JsonPropertyName("f")]
    public string Modifiers { get; init; } = "";

    [JsonPropertyName("t")]
    public string Type { get; init; } = "";

    [JsonPropertyName("p")]
    public string[] Parameters { get; init; } = [];

    [JsonPropertyName("v")]
    public string? Value { get; init; }

    [JsonPropertyName("get")]
    public string? Get { get; init; }

    [JsonPropertyName("set")]
    public string? Set { get; init; }

    [JsonPropertyName("a")]
    public string[] Attributes { get; init; } = [];
}
