namespace Edge.Identity.Accounts;

/// <summary>Something that is kept for an account: its roster, messages that wait for it, its card, rules. Whoever keeps such registers itself under this
/// interface; deleting an account asks them all.</summary>
public interface IAccountData
{
    /// <summary>What it is, in words for people: "roster".</summary>
    string Name { get; }

    /// <summary>Removes everything that is kept for an account; it may be nothing. Asked again where it failed before, so it must bear that.</summary>
    /// <param name="account">The account's name in lower case, without the domain.</param>
    /// <param name="cancel">Gives up.</param>
    ValueTask DeleteAsync(string account, CancellationToken cancel);
}
