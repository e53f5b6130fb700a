using Edge.Identity.Registration;

namespace Edge.Portal.Views;

/// <summary>Says what is with a registration key.</summary>
internal static class KeyWords
{
    public static string Of(RegistrationKeyError error) => error switch
    {
        RegistrationKeyError.BadLabel => "Say in up to 100 characters who the key is for.",
        RegistrationKeyError.BadQuota => "The number of accounts is out of range (identity:registration:maxQuota).",
        RegistrationKeyError.BadExpiry => "The end lies in the past.",
        RegistrationKeyError.TooMany => "There are as many keys as identity:registration:maxKeys allows: revoke some.",
        _ => "This key is not there any more.",
    };

    public static string StateOf(RegistrationKey key, DateTimeOffset now) => key switch
    {
        { IsEnabled: false } => "switched off",
        { ExpiresAt: { } end } when end <= now => "over",
        _ when key.Used >= key.Quota => "used up",
        _ => "good",
    };
}
