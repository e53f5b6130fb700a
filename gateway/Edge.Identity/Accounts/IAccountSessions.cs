namespace Edge.Identity.Accounts;

/// <summary>Somewhere an account is signed in now.</summary>
/// <param name="Kind">The server's <see cref="IAccountSessions.Kind"/>.</param>
/// <param name="Id">By which the session is named again, among those of its kind.</param>
/// <param name="Client">What it calls itself: a resource, a client identifier, a browser.</param>
/// <param name="Address">Where it comes from; empty where that is not known.</param>
/// <param name="Since">When it began.</param>
public sealed record AccountSession(string Kind, string Id, string Client, string Address, DateTimeOffset Since);

/// <summary>The sessions of accounts at one server. Each server registers itself; they are ended at once where the account is disabled or deleted, its
/// password is changed, or its owner signs out everywhere.</summary>
public interface IAccountSessions
{
    /// <summary>What it serves, for people: <c>xmpp</c>, <c>mqtt</c>, <c>portal</c>.</summary>
    string Kind { get; }

    /// <summary>The live sessions of an account.</summary>
    /// <param name="account">The account's name in lower case, without the domain.</param>
    IReadOnlyList<AccountSession> List(string account);

    /// <summary>Ends a session, or all of them, and waits a moment where a session writes something as it ends (XMPP). One that does not exist is no error.</summary>
    /// <param name="account">The account's name in lower case, without the domain.</param>
    /// <param name="sessionId">The session's <see cref="AccountSession.Id"/>; null for all of the account, those that are just being opened included.</param>
    /// <param name="reason">Why: a sentence for the client and the log.</param>
    ValueTask EndAsync(string account, string? sessionId, string reason);
}
