using Edge.Things.Addresses;

namespace Edge.Identity.Accounts;

/// <summary>What an account may do on the gateway itself.</summary>
[Flags]
public enum Roles
{
    /// <summary>Just an account.</summary>
    None = 0,

    /// <summary>Runs the gateway.</summary>
    Operator = 1,

    /// <summary>Owns things.</summary>
    Owner = 2,

    /// <summary>A machine.</summary>
    Device = 4,

    /// <summary>A program that acts for others.</summary>
    Service = 8,
}

/// <summary>SCRAM keys of one hash (RFC 5802 §3): the password itself is never kept. The salt and the iteration count stay the same for the
/// life of the password, because clients cache the salted password.</summary>
public sealed record ScramKeys(byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey);

/// <summary>An account: one identity for XMPP, MQTT and the portal. <paramref name="Name"/> is the local part of its address.</summary>
public sealed record Account(string Name, Roles Roles, DateTimeOffset CreatedAt)
{
    /// <summary>Keys for SCRAM-SHA-1.</summary>
    public ScramKeys? ScramSha1 { get; init; }

    /// <summary>Keys for SCRAM-SHA-256.</summary>
    public ScramKeys? ScramSha256 { get; init; }

    /// <summary>Keys for SCRAM-SHA-512; null for an account from before this gateway knew that mechanism whose password it has not seen since.</summary>
    public ScramKeys? ScramSha512 { get; init; }

    /// <summary>May not sign in.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>When its owner last signed out everywhere; sessions from before are over. Null for never.</summary>
    public DateTimeOffset? SignedOutAt { get; init; }

    /// <summary>It is being deleted with everything that hangs on it; the name is free when that is done. It is disabled, too.</summary>
    public bool IsLeaving { get; init; }
}

/// <summary>Why an account was not made or changed.</summary>
public enum AccountError
{
    /// <summary>Done.</summary>
    None,

    /// <summary>The name is taken.</summary>
    NameTaken,

    /// <summary>Not a user name: 1 to 64 of letters, digits, dot, dash, underscore.</summary>
    BadName,

    /// <summary>The password is shorter than eight or longer than 256 characters.</summary>
    BadPassword,

    /// <summary>The password has characters that clients write in different ways, or none can send (<see cref="PasswordText.Prepare"/>).</summary>
    UnfitPassword,

    /// <summary>No such account.</summary>
    NotFound,

    /// <summary><c>identity:maxAccounts</c> is reached.</summary>
    TooMany,

    /// <summary>It is the last operator that can sign in: nobody could run the gateway.</summary>
    LastOperator,

    /// <summary>Something that hangs on it could not be removed now; it is disabled, and the rest is done at the next start or try.</summary>
    Unfinished,
}

/// <summary>The accounts of this gateway. What is done to one that is in use goes through <see cref="IAccountLife"/>, a password through <see cref="IPasswords"/>.</summary>
public interface IAccounts
{
    /// <summary>Makes an account.</summary>
    Task<AccountError> CreateAsync(string name, string password, Roles roles, CancellationToken cancel = default);

    /// <summary>The account, or null; names compare without regard to case.</summary>
    ValueTask<Account?> FindAsync(string name, CancellationToken cancel = default);

    /// <summary>All accounts, by name.</summary>
    IAsyncEnumerable<Account> ListAsync(CancellationToken cancel = default);
}

/// <summary>One-time codes that let somebody into the portal: the first operator, or a demo's owner.</summary>
public interface IOneTimeCodes
{
    /// <summary>A code that works once until its time is over. With <paramref name="account"/> it signs in as that account; without, it lets the
    /// bearer make the first operator account.</summary>
    Task<string> IssueAsync(string? account, TimeSpan lifetime, CancellationToken cancel = default);

    /// <summary>Uses a code up. Null where it is unknown, used or over.</summary>
    Task<RedeemedCode?> RedeemAsync(string code, CancellationToken cancel = default);
}

/// <summary>What a code was for.</summary>
public sealed record RedeemedCode(string? Account);
