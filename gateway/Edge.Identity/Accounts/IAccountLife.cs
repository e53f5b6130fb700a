namespace Edge.Identity.Accounts;

/// <summary>Changes accounts that are in use, with everything that hangs on them: live sessions of every kind, tokens, and what is kept for them.</summary>
public interface IAccountLife
{
    /// <summary>Where an account is signed in now, the newest first.</summary>
    IReadOnlyList<AccountSession> Sessions(string name);

    /// <summary>Ends one session.</summary>
    /// <returns>False where there is none such.</returns>
    ValueTask<bool> EndSessionAsync(string name, string kind, string id, string reason);

    /// <summary>Ends every session of an account and takes back its tokens; it may sign in again with its password.</summary>
    /// <param name="name">The account.</param>
    /// <param name="keep">A session that stays: the one from which somebody asks for it; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    Task<AccountError> SignOutAsync(string name, AccountSession? keep = null, CancellationToken cancel = default);

    /// <summary>Sets another password, and ends what rests on the old one.</summary>
    Task<AccountError> SetPasswordAsync(string name, string password, AccountSession? keep = null, CancellationToken cancel = default);

    /// <summary>Lets an account sign in no more, and ends what it has; or lets it in again.</summary>
    Task<AccountError> SetDisabledAsync(string name, bool isDisabled, CancellationToken cancel = default);

    /// <summary>Gives an account other roles; sessions that rest on the old ones end.</summary>
    Task<AccountError> SetRolesAsync(string name, Roles roles, CancellationToken cancel = default);

    /// <summary>Deletes an account and everything that is kept for it. Where that is interrupted the name stays taken, and the rest is done at the next start or
    /// try: whoever gets the name later must find nothing of who had it before.</summary>
    /// <param name="name">The account.</param>
    /// <param name="keep">A session from which its owner asks for it, and which is answered first. The name is free when that session was ended and
    /// <see cref="FinishDeletionAsync"/> was called.</param>
    /// <param name="cancel">Gives up.</param>
    Task<AccountError> DeleteAsync(string name, AccountSession? keep = null, CancellationToken cancel = default);

    /// <summary>Ends a deletion that kept a session; an account that is not being deleted, such as one that got the name since, is left alone.</summary>
    Task<AccountError> FinishDeletionAsync(string name, CancellationToken cancel = default);
}

/// <summary>The domain that account names stand before in addresses; the host sets it to <c>things:domain</c>.</summary>
public sealed class AccountDomainOptions
{
    /// <summary>The domain.</summary>
    public string Domain { get; set; } = "edge.local";
}
