using System.Collections.Concurrent;

using Edge.Identity.Tokens;
using Edge.Things;
using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>What a session rests on that does not hold for ever.</summary>
/// <param name="ExpiresAt">When its time is over.</param>
/// <param name="Claims">What the token says; null where it is a client certificate.</param>
internal sealed record Credential(DateTimeOffset ExpiresAt, TokenClaims? Claims = null);

/// <summary>Ends the sessions that rest on a token or a certificate when its time is over, or it is taken back (RFC 6120 §4.9.3.16, §13.7.2.3: <c>reset</c>).</summary>
internal sealed class CredentialSessions : IHeartbeatHandler, IDisposable
{
    private readonly IBearerTokens _tokens;
    private readonly Heartbeat _heartbeat;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<BoundResource, Credential> _watched = new(ReferenceEqualityComparer.Instance);

    public CredentialSessions(IBearerTokens tokens, Heartbeat heartbeat, TimeProvider clock)
    {
        (_tokens, _heartbeat, _clock) = (tokens, heartbeat, clock);
        tokens.Changed += OnChanged;
        heartbeat.Add(this);
    }

    /// <summary>Watches what a session rests on until the session is over; false where it does not hold any more.</summary>
    public bool TryWatch(BoundResource bound, Credential credential)
    {
        if (_watched.TryAdd(bound, credential))
            _ = bound.Departed.ContinueWith(_ => Forget(bound), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        else
            _watched[bound] = credential; // resumed with another

        if (Error(credential) == TokenError.None) return true;

        Forget(bound);
        return false;
    }

    /// <summary>The session rests on something else now, or is over.</summary>
    public void Forget(BoundResource bound) => _watched.TryRemove(bound, out _);

    /// <summary>Does the session at this address rest on a token?</summary>
    public bool IsByToken(Jid address)
    {
        foreach (var (bound, credential) in _watched)
            if (credential.Claims is not null && bound.Jid == address) return true;

        return false;
    }

    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        foreach (var (bound, credential) in _watched)
            if (now >= credential.ExpiresAt) Look(bound, credential);
    }

    public void Dispose()
    {
        _tokens.Changed -= OnChanged;
        _heartbeat.Remove(this);
    }

    private void OnChanged(string client)
    {
        foreach (var (bound, credential) in _watched)
            if (credential.Claims?.ClientId == client) Look(bound, credential);
    }

    private void Look(BoundResource bound, Credential credential)
    {
        var what = credential.Claims is null ? "certificate" : "token";
        switch (Error(credential))
        {
            case TokenError.None:
                return;
            case TokenError.Expired:
                bound.End(EndReason.TokenExpired, StreamErrors.Reset, $"Its {what} ran out: sign in again with a fresh one.");
                break;
            default:
                bound.End(EndReason.Revoked, StreamErrors.Reset, $"Its {what} was taken back: sign in again.");
                break;
        }

        Forget(bound);
    }

    private TokenError Error(Credential credential)
    {
        if (credential.Claims is not { } claims) return _clock.GetUtcNow() >= credential.ExpiresAt ? TokenError.Expired : TokenError.None;

        var now = _tokens.Recheck(claims);
        return now.Claims is { } good && !OAuthBearerSasl.MaySignIn(good) ? TokenError.Revoked : now.Error;
    }
}
