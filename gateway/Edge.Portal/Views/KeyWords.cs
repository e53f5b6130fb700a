using Edge.Identity.Registration;

namespace Edge.Portal.Views;

/// <summary>Says what is with a registration key.</summary>
internal static class KeyWords
{
    public static string StateOf(RegistrationKey key, DateTimeOffset now) => key.FaultAt(now) switch
    {
        RegistrationKeyError.SwitchedOff => "switched off",
        RegistrationKeyError.Expired => "over",
        RegistrationKeyError.UsedUp => "used up",
        _ => "good",
    };
}
