using Edge.Things;
using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>Who may act as whom (RFC 6120 §6.3.8): everybody as oneself. An authorization identity is a bare address here.</summary>
internal static class SaslAuthzid
{
    /// <summary>True where the identity is the account of that name, or none is given.</summary>
    public static bool IsOwn(XmppDomain domain, string name, string authzid) =>
        authzid.Length == 0
        || (Jid.TryParse(authzid, out var wanted) && wanted.IsBare && domain.IsAccount(wanted) && string.Equals(wanted.Local, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>An account's name, given as such or as its address; null for an address elsewhere, or what is none.</summary>
    public static string? NameOf(XmppDomain domain, string nameOrAddress)
    {
        if (!nameOrAddress.Contains('@', StringComparison.Ordinal)) return nameOrAddress.Length > 0 ? nameOrAddress : null;
        return Jid.TryParse(nameOrAddress, out var address) && address.IsBare && domain.IsAccount(address) ? address.Local : null;
    }
}
