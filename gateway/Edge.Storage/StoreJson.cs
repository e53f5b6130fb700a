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

    /// <summary>The bytes of a document.</summary>
    internal static byte[] Write<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, Options);

    /// <summary>The document of the bytes.</summary>
    /// <exception cref="StorageException">They are not one of this type.</exception>
    internal static T Read<T>(string store, string key, byte[] json) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("It is null.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new StorageException($"The document '{key}' of '{store}' cannot be read ({error.Message}) It was written by another program or is damaged: restore a backup.", error);
        }
    }
}
