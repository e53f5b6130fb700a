using System.Text.Json;

namespace Edge.Identity.Tokens;

/// <summary>Reads claims out of JSON that a stranger wrote; a wrong kind of value is as good as none.</summary>
internal static class JwtElements
{
    private const long MostSeconds = 253_402_300_800; // the year 10000

    /// <summary>A text, or null.</summary>
    /// <exception cref="InvalidOperationException">It holds half a surrogate pair.</exception>
    public static string? Text(this JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A time in seconds since 1970 (RFC 7519 §2, NumericDate), or null. A fraction is cut off.</summary>
    public static DateTimeOffset? Time(this JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && Seconds(value) is { } seconds and >= 0 and < MostSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>True where the claim is there at all.</summary>
    public static bool Has(this JsonElement body, string name) => body.TryGetProperty(name, out _);

    /// <summary>The words of a scope: a text with spaces (RFC 8693 §4.2), or a list as some issuers write it.</summary>
    public static string Words(this JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value)) return "";

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString())),
            _ => "",
        };
    }

    /// <summary>True where <c>aud</c> is this text or a list with it (RFC 7519 §4.1.3).</summary>
    public static bool IsFor(this JsonElement body, string audience)
    {
        if (!body.TryGetProperty("aud", out var value)) return false;

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() == audience,
            JsonValueKind.Array => value.EnumerateArray().Any(v => v.ValueKind == JsonValueKind.String && v.GetString() == audience),
            _ => false,
        };
    }

    private static long? Seconds(JsonElement value)
    {
        if (value.TryGetInt64(out var whole)) return whole;
        return value.TryGetDouble(out var number) && number is >= 0 and < MostSeconds ? (long)number : null;
    }
}
