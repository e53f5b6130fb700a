namespace Edge.Tests.Xmpp.Registration;

/// <summary>Requests by hand, one after the other.</summary>
internal static class RegistrationRequests
{
    /// <summary>Sends an iq and reads its answer, which is the next that comes; its quotes are single ones.</summary>
    public static async Task<string> AskAsync(this RawClient raw, string request)
    {
        await raw.SendAsync(request);
        var head = await raw.ReadUntilAsync(">");
        return (head.EndsWith("/>", StringComparison.Ordinal) ? head : head + await raw.ReadUntilAsync("</iq>")).Replace('"', '\'');
    }

    /// <summary>Hands something in to one's own registration.</summary>
    public static Task<string> RegisterAsync(this RawClient raw, string payload) =>
        raw.AskAsync($"<iq type='set' id='s'><query xmlns='jabber:iq:register'>{payload}</query></iq>");
}
