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

    /// <summary>Why no account is made with it at a time; <see cref="RegistrationKeyError.None"/> where one is.</summary>
    public RegistrationKeyError FaultAt(DateTimeOffset now) => this switch
    {
        { IsEnabled: false } => RegistrationKeyError.SwitchedOff,
        { ExpiresAt: { } end } when end <= now => RegistrationKeyError.Expired,
        _ when Used >= Quota => RegistrationKeyError.UsedUp,
        _ => RegistrationKeyError.None,
    };
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

    /// <summary>Not 0 to 36500 days.</summary>
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

    /// <summary>No such request for a key.</summary>
    NoRequest,
}

/// <summary>Says to people why a key was not made or changed, the same in the portal and on the command line.</summary>
public static class RegistrationKeyErrorText
{
    /// <summary>The reason, with the remedy; empty where there is none.</summary>
    public static string Of(RegistrationKeyError error) => error switch
    {
        RegistrationKeyError.None => "",
        RegistrationKeyError.BadLabel => "Say in up to 100 characters who the key is for.",
        RegistrationKeyError.BadQuota => "The number of accounts is out of range: give 1 to identity:registration:maxQuota.",
        RegistrationKeyError.BadExpiry => "A key is good for 1 to 36500 days, or 0 for ever.",
        RegistrationKeyError.TooMany => "There are as many keys as identity:registration:maxKeys allows: revoke some.",
        RegistrationKeyError.NoRequest => "No such request.",
        _ => "No such key.",
    };
}

/// <summary>The keys for registration.</summary>
public interface IRegistrationKeys
{
    /// <summary>Makes a key.</summary>
    /// <param name="label">Who it is for.</param>
    /// <param name="quota">How many accounts it makes.</param>
    /// <param name="days">How many days it is good: up to 36500, or 0 for ever.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="cancel">Gives up.</param>
    Task<(GivenRegistrationKey? Given, RegistrationKeyError Error)> CreateAsync(string label, int quota, int days, string by, CancellationToken cancel = default);

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
