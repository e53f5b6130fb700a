using System.Text;

namespace Edge.Benchmarks.Xmpp.Clients;

/// <summary>Pings the server, and again as soon as it has answered.</summary>
internal sealed class Pinger(XmppLogin login, Traffic traffic) : XmppPeer(login)
{
    private readonly byte[] _ping = Encoding.UTF8.GetBytes(XmppDialogue.Ping(login.Domain, "p1"));

    /// <summary>Begins.</summary>
    public void Start() => Send(_ping);

    protected override ReadOnlySpan<byte> OnText(ReadOnlySpan<byte> text)
    {
        // One is on its way at a time: the answer is whole where a tag ends the text.
        if (text.IndexOf("<iq"u8) < 0 || text[^1] != '>') return text;

        traffic.Delivered++;
        Send(_ping);
        return [];
    }
}
