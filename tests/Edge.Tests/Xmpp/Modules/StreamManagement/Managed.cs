using System.Xml.Linq;

using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Modules.StreamManagement;

/// <summary>Words of XEP-0198 that tests share.</summary>
internal static class Managed
{
    public const string Names = "xmlns='urn:xmpp:sm:3'";

    /// <summary>Turns resumption on; returns the id of the session.</summary>
    public static async Task<string> EnableAsync(this RawClient raw, string attributes = "resume='true'")
    {
        await raw.SendAsync($"<enable {Names} {attributes}/>");
        await raw.ReadUntilAsync("<enabled");
        return (string?)XElement.Parse("<enabled" + await raw.ReadUntilAsync("/>")).Attribute("id") ?? "";
    }

    /// <summary>A client that is bound, sends and gets acknowledgements, and may come back.</summary>
    public static async Task<(RawClient Client, string Id)> ManagedAsync(this XmppHost host, string user, string? resource = null)
    {
        var raw = await host.BoundRawAsync(user, resource);
        return (raw, await raw.EnableAsync());
    }

    /// <summary>As <see cref="ManagedAsync"/>, with presence: its own has come back, and is acknowledged.</summary>
    public static async Task<(RawClient Client, string Id)> PresentAsync(this XmppHost host, string user, string? resource = null)
    {
        var (raw, id) = await host.ManagedAsync(user, resource);
        await raw.SendAsync("<presence/>");
        await raw.ReadUntilAsync("<presence");
        await raw.ReadUntilAsync("/>");
        await raw.SendAsync($"<a {Names} h='1'/>");
        return (raw, id);
    }

    /// <summary>Asks for a session on a new connection; returns the connection, and what came up to and with the answer.</summary>
    public static async Task<(RawClient Client, string Answer)> ResumeAsync(this XmppHost host, string user, string id, uint handled)
    {
        var raw = await host.SignedInRawAsync(user);
        return (raw, await raw.ResumeAsync(id, handled));
    }

    /// <summary>As above, on a connection that has signed in.</summary>
    public static async Task<string> ResumeAsync(this RawClient raw, string id, uint handled)
    {
        await raw.SendAsync($"<resume {Names} previd='{id}' h='{handled}'/>");
        var answer = await raw.ReadUntilAsync(">");
        return answer.StartsWith("<failed", StringComparison.Ordinal) ? answer + await raw.ReadUntilAsync("</failed>") : answer;
    }

    /// <summary>A broken connection, and the server's notice of it.</summary>
    public static async Task BreakAsync(this XmppHost host, RawClient raw)
    {
        await raw.HangUpAsync();
        await raw.ReadToEndAsync();
        Assert.Contains(host.Get<SessionTable>().All, r => !r.IsConnected);
    }

    public static Task SayAsync(this RawClient raw, string to, string body, string? id = null) =>
        raw.SendAsync($"<message to='{to}' type='chat' id='{id ?? body}'><body>{body}</body></message>");
}

/// <summary>Takes what clients did not acknowledge.</summary>
internal sealed class Returned : IUndelivered
{
    private readonly TaskCompletionSource<IReadOnlyList<UndeliveredStanza>> _stanzas = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IReadOnlyList<UndeliveredStanza>> Stanzas => _stanzas.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

    public ValueTask ReturnAsync(BoundResource gone, IReadOnlyList<UndeliveredStanza> stanzas, CancellationToken cancel)
    {
        _stanzas.TrySetResult(stanzas);
        return ValueTask.CompletedTask;
    }
}
