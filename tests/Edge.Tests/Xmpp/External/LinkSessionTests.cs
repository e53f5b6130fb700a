using System.IO.Pipelines;
using System.Xml.Linq;

using Edge.TestKit;
using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.External;

namespace Edge.Tests.Xmpp.External;

/// <summary>What a link does with elements that cannot be read: those that are whole are left out, counted, and do not come again.</summary>
public sealed class LinkSessionTests
{
    private static readonly XNamespace Management = "urn:xmpp:sm:3";

    [Fact]
    public async Task A_whole_element_that_cannot_be_read_is_left_out_and_counted()
    {
        await using var link = new Played();
        await link.SayAsync("<message><a b='1' b='2'/></message><message><odd:x/></message><odd:r/><message><body>fine</body></message><r xmlns='urn:xmpp:sm:3'/>");

        await Eventually.HoldsAsync(() => link.Taken.Count == 1);
        Assert.Equal("fine", link.Taken[0].Value);
        Assert.Equal(3, link.Refused.Count);
        Assert.Equal("3", link.Stream.Answer().Attribute("h")!.Value); // the two messages, and the one that was taken
        Assert.NotNull(link.Stream.Id);
    }

    [Fact]
    public async Task Where_elements_cannot_be_told_apart_the_stream_is_not_gone_on_with()
    {
        await using var link = new Played();
        await link.SayAsync("<!-- no -->");
        await Assert.ThrowsAsync<XmppClientException>(() => link.Running.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        Assert.Null(link.Stream.Id);
    }

    [Fact]
    public async Task What_its_taker_fails_at_is_counted_too()
    {
        await using var link = new Played(_ => throw new InvalidOperationException("A bug."));
        await link.SayAsync("<message/>");
        await Assert.ThrowsAsync<InvalidOperationException>(() => link.Running.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        Assert.Equal("1", link.Stream.Answer().Attribute("h")!.Value);
        Assert.NotNull(link.Stream.Id);
    }

    /// <summary>A link whose server is the test, with a stream that can be resumed.</summary>
    private sealed class Played : IAsyncDisposable
    {
        private readonly RawClient _server;
        private readonly LinkSession _session;
        private readonly CancellationTokenSource _end = new();

        public Played(Action<XElement>? take = null)
        {
            Pipe there = new(new(useSynchronizationContext: false)), back = new(new(useSynchronizationContext: false));
            _server = new(new(there.Reader, back.Writer));
            Stream.Begin("id");
            var connection = new ClientConnection(new PipeStream(new(back.Reader, there.Writer)));
            _session = new(connection, Jid.Parse("concentrator@edge.local/x"), Stream, new("edge.local", 100, TimeSpan.FromMinutes(1)), new ManualClock());
            Running = RunAsync(connection, take ?? Taken.Add);
        }

        public ResumableStream Stream { get; } = new();

        public List<XElement> Taken { get; } = [];

        public List<string> Refused { get; } = [];

        public Task Running { get; }

        public Task SayAsync(string text) => _server.SendAsync(text);

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _session.DisposeAsync();
            await _server.DisposeAsync();
            _end.Dispose();
        }

        private async Task RunAsync(ClientConnection connection, Action<XElement> take)
        {
            await _server.SendAsync("<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' id='s1'><stream:features/>");
            await connection.OpenStreamAsync("edge.local", CancellationToken.None);
            await _session.RunAsync(take, Refused.Add, _end.Token);
        }
    }
}
