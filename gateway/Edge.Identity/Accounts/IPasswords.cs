using System.Net;

namespace Edge.Identity.Accounts;

/// <summary>How the check of a password ended.</summary>
public enum PasswordError
{
    /// <summary>It is right.</summary>
    None,

    /// <summary>The name is unknown, the password wrong, or the account disabled: who asks is not told which.</summary>
    Wrong,

    /// <summary>Too many wrong ones from this address in the last minute.</summary>
    TooManyFromAddress,

    /// <summary>Too many wrong ones for this account in the last minute.</summary>
    TooManyForAccount,

    /// <summary>Too many wait for their check.</summary>
    Busy,
}

/// <summary>The outcome: an account, or an error with what helps, for the log and never for the client.</summary>
public readonly record struct PasswordResult(Account? Account, PasswordError Error, string Detail = "");

/// <summary>Checks plain passwords that strangers send over a network, as MQTT clients do: bounded in work, and in guesses.</summary>
public interface IPasswords
{
    /// <summary>Checks a password of an account, given by its name without domain. PBKDF2 runs on the thread pool, a few at a time; an unknown name takes
    /// as long as a known one.</summary>
    ValueTask<PasswordResult> CheckAsync(string name, string password, IPAddress? from, CancellationToken cancel = default);

    /// <summary>Raised with the name of an account after its password was changed, or it was signed out everywhere, disabled or removed: its live sessions end.</summary>
    event Action<string>? Changed;
}
