using Edge.Identity.Tokens;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>Turns a bearer token into an identity, wherever it was shown: in the password, in AUTH, or at a later look.</summary>
internal sealed class BearerProof(IBearerTokens tokens, TopicGrants grants)
{
    /// <summary>Judges a token that the client <paramref name="clientId"/> shows.</summary>
    public async ValueTask<MqttVerdict> JudgeAsync(string token, string? userName, string clientId, CancellationToken cancel)
    {
        var validation = await tokens.ValidateAsync(token, userName, cancel).ConfigureAwait(false);
        return validation.Claims is { } claims ? MqttVerdict.Accept(Identity(claims, token, userName, clientId)) : MqttVerdict.Refuse(Explain(validation));
    }

    /// <summary>The identity that claims give a client now.</summary>
    public MqttIdentity Identity(TokenClaims claims, string? token, string? userName, string clientId)
    {
        // A token without topic scopes of ours may come from an issuer that knows nothing of them: the configuration speaks for it. Never for our own,
        // nor for one whose scopes were changed to nothing.
        var scopes = claims is { IsForeign: true, Scopes.Count: 0, AreScopesChanged: false } ? grants.ForToken(claims.Subject) : claims.Scopes;
        return new(claims.Subject, Placeholders.Resolve(scopes, claims.Subject, clientId), claims.ExpiresAt == DateTimeOffset.MaxValue ? null : claims.ExpiresAt)
        {
            Proof = new Proof { Claims = claims, Token = claims.IsOpaque ? token : null, UserName = userName, CheckAt = claims.CheckAgainAt },
        };
    }

    /// <summary>What is wrong with a token and what helps, for the log.</summary>
    public static string Explain(TokenValidation validation)
    {
        var remedy = validation.Error switch
        {
            TokenError.Expired => "Its token has run out: refresh it.",
            TokenError.NotYetValid => "Its token is not valid yet: compare the clocks.",
            TokenError.Revoked => "Its token was taken back: ask the owner, then fetch a new one.",
            TokenError.Unavailable => "Nobody can tell now whether its token is good: see the warnings about its issuer.",
            _ => "Its password is no token of this gateway or of an issuer that it trusts: fetch a new one.",
        };
        return validation.Detail is { } detail ? $"{remedy} ({detail})" : remedy;
    }
}
