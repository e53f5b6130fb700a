namespace Edge.Identity.Accounts;

/// <summary>Says to people why an account was not made or changed, the same in the portal, on the command line and over XMPP.</summary>
public static class AccountErrorText
{
    /// <summary>The reason, with the remedy; empty where there is none.</summary>
    public static string Of(AccountError error) => error switch
    {
        AccountError.None => "",
        AccountError.NameTaken => "The name is taken: choose another.",
        AccountError.BadName => "A name has 1 to 64 letters, digits, dots, dashes or underscores.",
        AccountError.BadPassword => "A password has 8 to 256 characters.",
        AccountError.UnfitPassword =>
            "This password has characters that some programs write in another way or do not know, such as emoji, \u00bd, full-width or invisible ones, or it mixes writing directions: take letters, digits and punctuation.",
        AccountError.TooMany => "There are as many accounts as identity:maxAccounts allows: raise it, or delete some.",
        AccountError.LastOperator => "This is the last operator: make another first, or nobody could run the gateway.",
        AccountError.Unfinished => "The account is disabled, but something that hangs on it could not be removed now: see the gateway's log, then delete it again.",
        _ => "No such account.",
    };
}

/// <summary>The roles and their names for people.</summary>
public static class RoleNames
{
    /// <summary>Every role that is given.</summary>
    public static IReadOnlyList<Roles> All { get; } = [Roles.Operator, Roles.Owner, Roles.Device, Roles.Service];

    /// <summary>The names of the roles that are set.</summary>
    public static IReadOnlyList<string> Of(Roles roles) => [.. All.Where(r => roles.HasFlag(r)).Select(r => r.ToString().ToLowerInvariant())];

    /// <summary>The role of a name, in whatever case; <see cref="Roles.None"/> for none such.</summary>
    public static Roles Find(string name) => All.FirstOrDefault(r => r.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
}
