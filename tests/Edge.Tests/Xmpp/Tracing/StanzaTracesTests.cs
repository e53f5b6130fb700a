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

    [Fact]
    public async Task What_holds_no_secret_is_written_as_it_came_and_the_errors_of_the_stream_too()
    {
        await using var host = new XmppHost();
        var romeo = await host.BoundRawAsync("romeo", "phone");
        var start = host.Get<IStanzaTraces>().Start("romeo", 10, _folder.Path);
        await romeo.EnableAsync();
        await romeo.SendAsync("<message   to=\"nobody@edge.local\" ><body><![CDATA[raw]]></body ></message>");
        await romeo.SoFarAsync();
        await romeo.SendAsync("<nonsense/>");
        await romeo.ReadToEndAsync();

        var text = await ReadAsync(start.File!, "ended:");
        Assert.Contains("-> <message   to=\"nobody@edge.local\" ><body><![CDATA[raw]]></body ></message>\n", text, StringComparison.Ordinal);
        Assert.Contains("<- <stream:error><unsupported-stanza-type", text, StringComparison.Ordinal);
        Assert.Contains("<- <enabled xmlns='urn:xmpp:sm:3' id='***'", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_of_and_the_trace_goes_on()
    {
        await using var host = new XmppHost();
        var file = NewFile(host, new());
        file.Sent("<message><odd:body/></message>"u8.ToArray());
        file.Sent("<presence/>"u8.ToArray());
        file.Complete();
        await file.Written;
        var text = ReadNow(file.Path);
        Assert.Contains("30 bytes that cannot be read", text, StringComparison.Ordinal);
        Assert.Contains("<- <presence/>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_bytes_wait_for_the_disk_than_may()
    {
        await using var host = new XmppHost();
        var file = NewFile(host, new() { MaxWaitingBytes = 4096 });
        file.Sent(System.Text.Encoding.UTF8.GetBytes($"<message><body>{new string('x', 5000)}</body></message>"));
        file.Sent("<presence/>"u8.ToArray());
        file.Complete();
        await file.Written;
        var text = ReadNow(file.Path);
        Assert.Contains("1 elements were left out here (xmpp:trace:maxWaitingBytes", text, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", text, StringComparison.Ordinal);
        Assert.Contains("<- <presence/>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_who_begin_a_trace_of_one_account_one_does()
    {
        await using var host = new XmppHost(settings: ("xmpp:trace:maxTraces", "100"));
        var traces = host.Get<IStanzaTraces>();
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => traces.Start("romeo", 1, _folder.Path))));
        Assert.Single(starts, s => s.Fault is null);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private TraceFile NewFile(XmppHost host, TraceOptions options) =>
        new(_folder.File("trace.txt"), host.Clock.GetUtcNow().AddMinutes(1), options, host.Clock);

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
