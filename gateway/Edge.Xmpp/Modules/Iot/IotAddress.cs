using Edge.Things;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>Where the services live. Devices compare these addresses letter by letter before they obey.</summary>
internal static class IotAddress
{
    /// <summary>The provisioning service.</summary>
    public static Jid Provisioning(IStanzaSender sender) => Jid.Parse("provisioning." + sender.Domain);

    /// <summary>The thing registry.</summary>
    public static Jid Registry(IStanzaSender sender) => Jid.Parse("things." + sender.Domain);
}
