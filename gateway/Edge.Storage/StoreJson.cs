using System.Text.Json;
using System.Text.Json.Serialization;

namespace Edge.Storage;

/// <summary>How documents are written: camel case, enums by name, nothing for null; unknown members are ignored on reading,
/// so that an older version can open a newer store.</summary>
public static class StoreJson
{
    /// <summary>The one set of options that every driver uses.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };
}
