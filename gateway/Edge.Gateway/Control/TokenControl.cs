using Edge.Identity.Tokens;
using Edge.Mqtt.Topics;

using static Edge.Gateway.Control.Refusals;

namespace Edge.Gateway.Control;

/// <summary>A topic scope as a command sends it.</summary>
internal sealed record ScopeLine(string Rw, string Topic);

/// <summary>What <c>token issue</c> asks for.</summary>
internal sealed record TokenWish(string Subject, string Client, IReadOnlyList<ScopeLine> Scopes, int Seconds);

/// <summary>What it gets.</summary>
internal sealed record TokenGiven(string Token, DateTimeOffset ExpiresAt);

/// <summary>What <c>token revoke</c> and <c>token scopes</c> ask for; scopes that are not given are not changed.</summary>
internal sealed record ClientChange(string Client, IReadOnlyList<ScopeLine>? Scopes = null);

/// <summary>Makes tokens, takes them back, and changes what those do that are out.</summary>
internal sealed class TokenControl : IControlEndpoints
{
    private const int MostName = 256;
    private const int MostScopes = 64;

    /// <summary>How long a token may live that a person asks for: a year. Whatever needs longer should fetch its tokens itself.</summary>
    public const int MostSeconds = 365 * 24 * 3600;

    /// <summary>The shortest, as <c>identity:accessTokenSeconds</c> has it.</summary>
    public const int LeastSeconds = 30;

    /// <inheritdoc/>
    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapPost("tokens", Issue);
        control.MapPost("tokens/revoke", RevokeAsync);
        control.MapPost("tokens/scopes", ChangeScopesAsync);
    }

    private static IResult Issue(TokenWish wish, ITokenService tokens)
    {
        if (!IsName(wish.Subject)) return Wrong("The subject has 1 to 256 characters: whose authority the token carries, such as juliet@edge.local.");
        if (!IsName(wish.Client)) return Wrong("The client has 1 to 256 characters: the name by which the token can be taken back.");
        if (wish.Seconds is < LeastSeconds or > MostSeconds) return Wrong($"A token lives {LeastSeconds} to {MostSeconds} seconds.");
        if (Read(wish.Scopes, out var scopes) is { } fault) return Wrong(fault);

        try
        {
            var token = tokens.Issue(wish.Subject, wish.Client, scopes, TimeSpan.FromSeconds(wish.Seconds));
            return TypedResults.Ok(new TokenGiven(token.Value, token.ExpiresAt));
        }
        catch (ArgumentException tooLong)
        {
            return Wrong(tooLong.Message);
        }
    }

    private static async Task<IResult> RevokeAsync(ClientChange change, ITokenService tokens, CancellationToken cancel)
    {
        if (!IsName(change.Client)) return Wrong("The client has 1 to 256 characters, as its tokens have it.");

        await tokens.RevokeClientAsync(change.Client, cancel);
        return TypedResults.Ok();
    }

    private static async Task<IResult> ChangeScopesAsync(ClientChange change, ITokenScopes tokens, CancellationToken cancel)
    {
        if (!IsName(change.Client)) return Wrong("The client has 1 to 256 characters, as its tokens have it.");
        if (Read(change.Scopes ?? [], out var scopes) is { } fault) return Wrong(fault);

        await tokens.ChangeScopesAsync(change.Client, scopes, cancel);
        return TypedResults.Ok();
    }

    private static bool IsName(string? name) => name is { Length: > 0 and <= MostName } && !name.Any(char.IsControl);

    /// <summary>Reads scopes as they were typed.</summary>
    /// <returns>Null, or what is wrong with them.</returns>
    public static string? Read(IReadOnlyList<ScopeLine> lines, out List<TopicScope> scopes)
    {
        scopes = [];
        if (lines.Count > MostScopes) return $"A token holds {MostScopes} scopes at the most.";

        foreach (var line in lines)
        {
            if (TopicScopeText.Access(line.Rw) is not { } access || !TopicFilter.TryParse(line.Topic, out _))
                return $"'{line.Rw} {line.Topic}' is no scope: give r, w or rw, a space, and a topic filter, such as \"rw home/#\".";
            scopes.Add(new(access, line.Topic));
        }

        return null;
    }
}
