using System.Text.Json;

namespace Edge.Identity.Tokens;

/// <summary>Topic scopes as an OAuth scope: base64 of a JSON list of <c>{"rw":"rw","topic":"…"}</c>, since a scope may hold no spaces.</summary>
public static class TopicScopeText
{
    private const int MaxScopes = 64;

    /// <summary>The list as one scope token.</summary>
    public static string Encode(IReadOnlyList<TopicScope> scopes)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var scope in scopes)
            {
                json.WriteStartObject();
                json.WriteString("rw", Letters(scope.Access));
                json.WriteString("topic", scope.Filter);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Convert.ToBase64String(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>The topic scopes in an OAuth scope; tokens in it that are none are other services' affair and are passed over. Null where
    /// there are more than a token may hold.</summary>
    public static IReadOnlyList<TopicScope>? Decode(string scope)
    {
        List<TopicScope> scopes = [];
        foreach (var word in scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryDecode(word, scopes)) continue;
            if (scopes.Count > MaxScopes) return null;
        }

        return scopes;
    }

    /// <summary>What <c>r</c>, <c>w</c> or <c>rw</c> grants; null for other words.</summary>
    public static TopicAccess? Access(string? letters) => letters switch
    {
        "r" => TopicAccess.Read,
        "w" => TopicAccess.Write,
        "rw" or "wr" => TopicAccess.ReadWrite,
        _ => null,
    };

    private static bool TryDecode(string word, List<TopicScope> into)
    {
        var bytes = new byte[word.Length];
        if (!Convert.TryFromBase64String(word, bytes, out var length)) return false;

        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(0, length));
            if (json.RootElement.ValueKind != JsonValueKind.Array) return false;

            foreach (var item in json.RootElement.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Object
                    && item.TryGetProperty("rw", out var access) && access.ValueKind == JsonValueKind.String && Access(access.GetString()) is { } granted
                    && item.TryGetProperty("topic", out var topic) && topic.ValueKind == JsonValueKind.String && topic.GetString() is { Length: > 0 } filter)
                {
                    into.Add(new(granted, filter));
                }
            }

            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // GetString throws on a lone surrogate
        }
    }

    private static string Letters(TopicAccess access) => access switch
    {
        TopicAccess.Read => "r",
        TopicAccess.Write => "w",
        TopicAccess.ReadWrite => "rw",
        _ => "",
    };
}
