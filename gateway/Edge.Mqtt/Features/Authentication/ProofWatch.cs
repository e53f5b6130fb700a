using System.Collections.Concurrent;

using Edge.Identity.Accounts;
using Edge.Identity.Tokens;
using Edge.Transport;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>
/// Keeps live sessions true to what they rest on: a token that was taken back or has other scopes, an account whose password was changed, a foreign token that
/// its issuer must be asked about again. What we are told ourselves is done at once; the rest at the heartbeat.
/// </summary>
internal sealed class ProofWatch : IDisposable
{
    private static readonly TimeSpan NextTry = TimeSpan.FromSeconds(10); // when whoever could tell did not answer

    private readonly IBearerTokens _tokens;
    private readonly IPasswords _passwords;
    private readonly BearerProof _bearer;
    private readonly IMqttSessions _sessions;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _changedAccounts = new(StringComparer.Ordinal); // as many as accounts at the most

    public ProofWatch(IBearerTokens tokens, IPasswords passwords, BearerProof bearer, IMqttSessions sessions, TimeProvider clock)
    {
        (_tokens, _passwords, _bearer, _sessions, _clock) = (tokens, passwords, bearer, sessions, clock);
        tokens.Changed += OnTokensChanged;
        passwords.Changed += OnPasswordChanged;
    }

    /// <summary>Between the judgement and this moment the proof may have been taken back, when the session was not there to be told.</summary>
    public void Connected(IMqttSession session)
    {
        if (session.Identity.Proof is not Proof proof) return;

        if (proof.Claims is not null) LookAtClaims(session, proof);
        else if (proof.Account is { } account && _changedAccounts.TryGetValue(account, out var at) && at >= proof.MadeAt) EndAccount(session);
    }

    /// <summary>Looks again at what is due.</summary>
    public void Heartbeat(IMqttSession session, DateTimeOffset now)
    {
        if (session.Identity.Proof is not Proof { Claims: not null } proof || !(proof.CheckAt <= now) || !proof.TryBeginCheck()) return;

        if (proof.Token is { } token) _ = AskAgainAsync(session, proof, token);
        else
        {
            LookAtClaims(session, proof);
            proof.CheckAt = now + NextTry;
            proof.EndCheck();
        }
    }

    public void Dispose()
    {
        _tokens.Changed -= OnTokensChanged;
        _passwords.Changed -= OnPasswordChanged;
    }

    private void OnTokensChanged(string tokenClient)
    {
        foreach (var session in _sessions.Connected())
        {
            if (session.Identity.Proof is Proof { Claims: { } claims } proof && claims.ClientId == tokenClient) Apply(session, proof, _tokens.Recheck(claims));
        }
    }

    private void OnPasswordChanged(string account)
    {
        _changedAccounts[account] = _clock.GetUtcNow();
        foreach (var session in _sessions.Connected().Where(s => s.Identity.Proof is Proof proof && proof.Account == account)) EndAccount(session);
    }

    private void LookAtClaims(IMqttSession session, Proof proof)
    {
        var validation = _tokens.Recheck(proof.Claims!);
        if (validation.Error != TokenError.Expired) Apply(session, proof, validation); // those have their grace
    }

    private async Task AskAgainAsync(IMqttSession session, Proof proof, string token)
    {
        try
        {
            var validation = await _tokens.ValidateAsync(token, proof.UserName).ConfigureAwait(false);
            var now = _clock.GetUtcNow();
            if (validation.Error == TokenError.Unavailable && now < proof.Claims!.KeepUntil) proof.CheckAt = now + NextTry;
            else Apply(session, proof, validation);
        }
        finally
        {
            proof.EndCheck();
        }
    }

    private void Apply(IMqttSession session, Proof proof, TokenValidation validation)
    {
        if (!ReferenceEquals(session.Identity.Proof, proof)) return; // it has shown another meanwhile

        var before = proof.Claims!;
        if (validation.Claims is not { } now || now.Subject != before.Subject)
        {
            session.End(EndReason.Revoked, BearerProof.Explain(validation), MqttReason.NotAuthorized);
            return;
        }

        // The same proof goes on where nothing has changed: most looks end here.
        if (now.ExpiresAt == before.ExpiresAt && now.Scopes.SequenceEqual(before.Scopes) && now.AreScopesChanged == before.AreScopesChanged)
            (proof.Claims, proof.CheckAt) = (now, now.CheckAgainAt);
        else
            session.ChangeIdentity(_bearer.Identity(now, proof.Token, proof.UserName, session.ClientId));
    }

    private static void EndAccount(IMqttSession session) =>
        session.End(EndReason.Revoked, "Its account has another password, was signed out everywhere, is disabled or gone: sign in again.", MqttReason.NotAuthorized);
}
