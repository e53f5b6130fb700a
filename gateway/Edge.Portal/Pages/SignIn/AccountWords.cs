using Edge.Identity.Accounts;

namespace Edge.Portal.Pages.SignIn;

/// <summary>Says why an account was not made.</summary>
internal static class AccountWords
{
    public static string Of(AccountError error) => error switch
    {
        AccountError.NameTaken => "This name is taken. Choose another.",
        AccountError.BadName => "A name has 1 to 64 letters, digits, dots, dashes or underscores.",
        AccountError.BadPassword => "A password has 8 to 256 characters.",
        _ => "The account was not made. Try again.",
    };
}
