namespace Edge.Identity.Registration;

/// <summary>A key with which programs make accounts for themselves (XEP-0348 §1): whoever signs a registration with its secret is let make one of so many.</summary>
/// <param name="Id">What the program names it by (<c>oauth_consumer_key</c>).</param>
/// <param name="Label">Who it is for, in an operator's words.</param>
/// <param name="Quota">How many accounts may be made with it.</param>
/// <param name="Used">How many were.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
/// <param name="IsEnabled">The switch.</param>
public sealed record RegistrationKey(
    string Id, string Label, int Quota, int Used, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, bool IsEnabled)
{
    /// <summary>The account of the operator who made it, or who confirmed the request for it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When an account was last made with it.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>A key on the day that it is made: the one time that its secret is told.</summary>
public sealed record GivenRegistrationKey(RegistrationKey Key, string Secret);

/// <summary>Why nothing came of it.</summary>
public enum RegistrationKeyError
{
    /// <summary>Done.</summary>
    None,

    /// <summary>The label has no characters, or more than 100.</summary>
    BadLabel,

    /// <summary>The quota is not 1 to <c>identity:registration:maxQuota</c>.</summary>
    BadQuota,

    /// <summary>The end lies in the past.</summary>
    BadExpiry,

    /// <summary><c>identity:registration:maxKeys</c> is reached.</summary>
    TooMany,

    /// <summary>No such key.</summary>
    NotFound,

    /// <summary>It is switched off.</summary>
    SwitchedOff,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>As many accounts were made with it as it allows.</summary>
    UsedUp,
}

/// <summary>The keys for registration, and who asks for one.</summary>
public interface IRegistrationKeys
{
    /// <summary>Makes a key.</summary>
    Task<(GivenRegistrationKey? Given, RegistrationKeyError Error)> CreateAsync(
        string label, int quota, DateTimeOffset? expiresAt, string by, CancellationToken cancel = default);

    /// <summary>All keys, the oldest first.</summary>
    Task<IReadOnlyList<RegistrationKey>> ListAsync(CancellationToken cancel = default);

    /// <summary>Switches a key on or off.</summary>
    Task<RegistrationKeyError> SwitchAsync(string id, bool isEnabled, CancellationToken cancel = default);

    /// <summary>Takes a key back for good; accounts that were made with it stay.</summary>
    Task<RegistrationKeyError> RevokeAsync(string id, CancellationToken cancel = default);

    /// <summary>True where some key could make an account now; registration is offered only then.</summary>
    bool IsAnyGood { get; }

    /// <summary>The secret of a key, for checking a signature, whatever the key's state; null for an unknown one.</summary>
    ValueTask<string?> SecretOfAsync(string id, CancellationToken cancel = default);

    /// <summary>Takes one account off a key's quota, durably.</summary>
    Task<RegistrationKeyError> TakeAsync(string id, CancellationToken cancel = default);

    /// <summary>Gives one back that came to nothing.</summary>
    Task GiveBackAsync(string id, CancellationToken cancel = default);
}
