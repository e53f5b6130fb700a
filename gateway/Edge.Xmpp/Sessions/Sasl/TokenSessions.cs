using System.Collections.Concurrent;

using Edge.Identity.Tokens;
using Edge.Things;
using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>Ends the sessions that rest on a token when its time is over or it is taken back (RFC 6120 §4.9.3.16: <c>reset</c>).</summary>
internal sealed class TokenSessions : IHeartbeatHandler, IDisposable
{
    private readonly IBearerTokens _tokens;
    private readonly Heartbeat _heartbeat;
    private readonly ConcurrentDictionary<BoundResource, TokenClaims> _watched = new(ReferenceEqualityComparer.Instance);

    public TokenSessions(IBearerTokens tokens, Heartbeat heartbeat)
    {
        (_tokens, _heartbeat) = (tokens, heartbeat);
        tokens.Changed += OnChanged;
        heartbeat.Add(this);
    }

    /// <summary>Watches a session's token until the session is over; false where the token does not hold any more.</summary>
    public bool TryWatch(BoundResource bound, TokenClaims claims)
    {
        if (_watched.TryAdd(bound, claims))
            _ = bound.Departed.ContinueWith(_ => Forget(bound), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        else
            _watched[bound] = claims; // resumed with another

        if (Error(claims) == TokenError.None) return true;

        Forget(bound);
        return false;
    }

    /// <summary>The session rests on something else now, or is over.</summary>
    public void Forget(BoundResource bound) => _watched.TryRemove(bound, out _);

    /// <summary>Does the session at this address rest on a token?</summary>
    public bool IsWatched(Jid address)
    {
        foreach (var (bound, _) in _watched)
            if (bound.Jid == address) return true;

        return false;
    }

    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        foreach (var (bound, claims) in _watched)
            if (now >= claims.ExpiresAt) Look(bound, claims);
    }

    public void Dispose()
    {
        _tokens.Changed -= OnChanged;
        _heartbeat.Remove(this);
    }

    private void OnChanged(string client)
    {
        foreach (var (bound, claims) in _watched)
            if (claims.ClientId == client) Look(bound, claims);
    }

    private void Look(BoundResource bound, TokenClaims claims)
    {
        switch (Error(claims))
        {
            case TokenError.None:
                return;
            case TokenError.Expired:
                bound.End(EndReason.TokenExpired, StreamErrors.Reset, "Its token ran out: sign in again with a fresh one.");
                break;
            default:
                bound.End(EndReason.Revoked, StreamErrors.Reset, "Its token was taken back: sign in again.");
                break;
        }

        Forget(bound);
    }

    private TokenError Error(TokenClaims claims)
    {
        var now = _tokens.Recheck(claims);
        return now.Claims is { } good && !OAuthBearerSasl.MaySignIn(good) ? TokenError.Revoked : now.Error;
    }
}
