using Edge.Identity.Accounts;

namespace Edge.Portal.Views;

/// <summary>Says what roles and sessions are.</summary>
internal static class AccountWords
{
    /// <summary>The roles as a list for people.</summary>
    public static string Of(Roles roles) => roles == Roles.None ? "no role" : string.Join(", ", RoleNames.Of(roles));

    /// <summary>What a session is.</summary>
    public static string KindOf(AccountSession session) => session.Kind switch
    {
        "xmpp" => "XMPP client",
        "mqtt" => "MQTT client",
        "portal" => "Portal",
        var other => other,
    };
}
