using System.Text.Json;

namespace Edge.Identity.Tokens.Introspection;

/// <summary>Reads what an endpoint says of a token (RFC 7662 §2.2). What is no such answer is a failure of the endpoint, never a yes.</summary>
internal static class IntrospectionAnswer
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Claims; <see cref="TokenError.Revoked"/> for a token that is not active (there it may as well be unknown or over); or
    /// <see cref="TokenError.Unavailable"/> for what is no answer.</summary>
    public static TokenValidation Read(ReadOnlyMemory<byte> json, IntrospectionOptions options, TimeSpan tolerance)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var body = document.RootElement;
            if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("active", out var active)) return Garbage("its answer has no 'active'");

            return active.ValueKind switch
            {
                JsonValueKind.True => Claims(body, options, tolerance),
                JsonValueKind.False => new(null, TokenError.Revoked, $"{options.Name} says that it is not active: unknown there, over, or taken back"),
                _ => Garbage("its 'active' is neither true nor false"),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Garbage("its answer is no JSON");
        }

        TokenValidation Garbage(string fault) => new(null, TokenError.Unavailable, fault);
    }

    private static TokenValidation Claims(JsonElement body, IntrospectionOptions options, TimeSpan tolerance)
    {
        if ((body.Text("sub") ?? body.Text("username")) is not { Length: > 0 } subject) return Refuse("its answer names neither sub nor username");
        if (options.Audience.Length > 0 && !body.IsFor(options.Audience)) return Refuse($"the token is not for {options.Audience}");
        if ((body.Has("exp") && body.Time("exp") is null) || (body.Has("nbf") && body.Time("nbf") is null)) return Refuse("a time in its answer is none");
        if (TopicScopeText.Decode(body.Words("scope")) is not { } scopes) return Refuse("the token has too many topic scopes");

        return new(
            new(body.Text("jti") ?? "", options.Prefix + subject, options.Prefix + (body.Text("client_id") ?? subject), scopes, body.Time("exp") ?? DateTimeOffset.MaxValue)
            {
                IssuedAt = body.Time("iat") ?? DateTimeOffset.MinValue,
                NotBefore = body.Time("nbf") ?? DateTimeOffset.MinValue,
                Tolerance = tolerance,
                IsForeign = true,
                IsOpaque = true,
            },
            TokenError.None);

        TokenValidation Refuse(string detail) => new(null, TokenError.Invalid, $"{options.Name}: {detail}");
    }
}
