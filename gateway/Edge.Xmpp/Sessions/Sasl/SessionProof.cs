using Edge.Identity.Accounts;
using Edge.Identity.Tokens;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>Between the last word of SASL and the bound resource an account may be disabled, its password changed, a token taken back, when the session was not
/// there yet to be told: looked at once more, behind its place in the table.</summary>
internal sealed class SessionProof(IAccounts accounts, IAccountChanges changes, CredentialSessions credentials)
{
    /// <summary>True where the client is still who it proved to be; from here on what it rests on is watched.</summary>
    public async ValueTask<bool> HoldsAsync(NegotiationState state, BoundResource bound, CancellationToken cancel)
    {
        if (state.Credential is not { } credential) credentials.Forget(bound); // it may have been resumed
        else if (!credentials.TryWatch(bound, credential)) return false;

        if (changes.Count == state.AccountChanges) return true;

        var then = state.Account!;
        return await accounts.FindAsync(then.Name, cancel).ConfigureAwait(false) is { IsDisabled: false } now
            && now.CreatedAt == then.CreatedAt && now.SignedOutAt == then.SignedOutAt && IsSame(now.ScramSha256, then.ScramSha256);
    }

    private static bool IsSame(ScramKeys? one, ScramKeys? other) => one is null ? other is null : other is not null && one.StoredKey.AsSpan().SequenceEqual(other.StoredKey);
}
