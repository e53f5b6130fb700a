using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace Edge.Tests.Xmpp.Modules.Components;

/// <summary>A component as a test plays it.</summary>
internal static class RawComponent
{
    /// <summary>Signed in.</summary>
    public static async Task<RawClient> ConnectAsync(XmppHost host, string domain, string secret)
    {
        var component = await OpenAsync(host, domain);
        await component.ShakeHandsAsync(secret);
        await component.ReadUntilAsync("<handshake/>");
        return component;
    }

    /// <summary>With its stream opened.</summary>
    public static async Task<RawClient> OpenAsync(XmppHost host, string domain, string ns = "jabber:component:accept")
    {
        var component = host.OpenComponent();
        await component.SendAsync($"<stream:stream xmlns='{ns}' xmlns:stream='http://etherx.jabber.org/streams' to='{domain}'>");
        return component;
    }

    /// <summary>XEP-0114 §3: SHA-1 of the stream's id and the secret, in lower-case hexadecimal.</summary>
    public static async Task ShakeHandsAsync(this RawClient component, string secret)
    {
        await component.ReadUntilAsync("<stream:stream ");
        var id = XElement.Parse("<s " + (await component.ReadUntilAsync(">")).TrimEnd('>').Replace("xmlns:stream", "a", StringComparison.Ordinal) + "/>").Attribute("id")!.Value;
#pragma warning disable CA5350 // It is what the protocol asks for.
        await component.SendAsync($"<handshake>{Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(id + secret)))}</handshake>");
#pragma warning restore CA5350
    }
}
