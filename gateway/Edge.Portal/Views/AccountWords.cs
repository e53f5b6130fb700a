using Edge.Identity.Accounts;

namespace Edge.Portal.Views;

/// <summary>Says why an account was not made or changed, and what roles and sessions are.</summary>
internal static class AccountWords
{
    private static readonly Roles[] Named = [Roles.Operator, Roles.Owner, Roles.Device, Roles.Service];

    /// <summary>The roles that an operator gives.</summary>
    public static IReadOnlyList<Roles> AllRoles => Named;

    public static string Of(AccountError error) => error switch
    {
        AccountError.NameTaken => "This name is taken. Choose another.",
        AccountError.BadName => "A name has 1 to 64 letters, digits, dots, dashes or underscores.",
        AccountError.BadPassword => "A password has 8 to 256 characters.",
        AccountError.NotFound => "This account is not there any more.",
        AccountError.TooMany => "There are as many accounts as identity:maxAccounts allows.",
        AccountError.LastOperator => "This is the last operator: make another first, or nobody could run the gateway.",
        AccountError.Unfinished => "The account is disabled, but something that hangs on it could not be removed now. Delete it again; the gateway's log says what.",
        _ => "The account was not made. Try again.",
    };

    /// <summary>The roles as a list for people.</summary>
    public static string Of(Roles roles) => roles == Roles.None
        ? "no role"
        : string.Join(", ", Named.Where(r => roles.HasFlag(r)).Select(r => r.ToString().ToLowerInvariant()));

    /// <summary>What a session is.</summary>
    public static string KindOf(AccountSession session) => session.Kind switch
    {
        "xmpp" => "XMPP client",
        "mqtt" => "MQTT client",
        "portal" => "Portal",
        var other => other,
    };
}
