using Edge.TestKit;
using Edge.Tests.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Tracing;

namespace Edge.Tests.Xmpp.Tracing;

public sealed class StanzaTracesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task What_one_account_sends_and_gets_is_written_for_its_owner_and_nothing_of_others()
    {
        await using var host = new XmppHost();
        var romeo = await host.BoundRawAsync("romeo", "phone");
        var juliet = await host.BoundRawAsync("juliet");
        await romeo.SayAsync("nobody@edge.local", "before");
        await romeo.ReadUntilAsync("</message>");

        var start = host.Get<IStanzaTraces>().Start("romeo", 10, _folder.File("traces"));
        Assert.Null(start.Fault);
        await romeo.SendAsync("<iq type='set' id='s'><query xmlns='jabber:iq:register'><password>very secret</password></query></iq>");
        await romeo.SoFarAsync();
        await juliet.SayAsync("romeo@edge.local/phone", "to romeo");
        await juliet.SayAsync("nobody@edge.local", "to nobody");
        await romeo.ReadUntilAsync("to romeo</body></message>");
        var desk = await host.BoundRawAsync("romeo", "desk"); // comes later
        await desk.SoFarAsync();
        Assert.True(host.Get<IStanzaTraces>().Stop("romeo"));
        await romeo.SayAsync("nobody@edge.local", "after");
        await romeo.SoFarAsync();

        var text = await ReadAsync(start.File!, "</message>");
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(start.File!));
        Assert.Contains("-> <iq type=\"set\"".Replace('"', '\''), text, StringComparison.Ordinal);
        Assert.Contains("<password>***</password>", text, StringComparison.Ordinal);
        Assert.Contains("to romeo", text, StringComparison.Ordinal);
        Assert.Contains("romeo@edge.local/desk from", text, StringComparison.Ordinal);
        foreach (var other in (string[])["before", "after", "to nobody", "very secret"]) Assert.DoesNotContain(other, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_ends_by_itself_and_its_file_is_bounded()
    {
        await using var host = new XmppHost(settings: ("xmpp:trace:maxBytes", "4096"));
        var romeo = await host.BoundRawAsync("romeo", "phone");
        var start = host.Get<IStanzaTraces>().Start("romeo", 1, _folder.Path);
        for (var i = 0; i < 10; i++) await romeo.SayAsync("romeo@edge.local/phone", new string('x', 1000));
        await romeo.SoFarAsync();
        var text = await ReadAsync(start.File!, "xmpp:trace:maxBytes");
        Assert.InRange(text.Length, 1000, 4200);

        host.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.False(host.Get<IStanzaTraces>().Stop("romeo"));
    }

    [Fact]
    public async Task What_is_not_possible_is_refused_with_the_key()
    {
        await using var host = new XmppHost(settings: [("xmpp:trace:maxTraces", "1"), ("xmpp:trace:maxMinutes", "5")]);
        var traces = host.Get<IStanzaTraces>();
        Assert.Contains("xmpp:trace:maxMinutes", traces.Start("romeo", 6, _folder.Path).Fault, StringComparison.Ordinal);
        Assert.Contains("xmpp:trace:maxMinutes", traces.Start("romeo", 0, _folder.Path).Fault, StringComparison.Ordinal);
        Assert.Null(traces.Start("romeo", 5, _folder.Path).Fault);
        Assert.Contains("traced already", traces.Start("romeo", 5, _folder.Path).Fault, StringComparison.Ordinal);
        Assert.Contains("xmpp:trace:maxTraces", traces.Start("juliet", 5, _folder.Path).Fault, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.File("file"), "", TestContext.Current.CancellationToken);
        traces.Stop("romeo");
        Assert.Contains("cannot be written", traces.Start("juliet", 5, _folder.File("file")).Fault, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> ReadAsync(string file, string end)
    {
        await Eventually.HoldsAsync(() => ReadNow(file).Contains(end, StringComparison.Ordinal));
        return ReadNow(file);
    }

    private static string ReadNow(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
