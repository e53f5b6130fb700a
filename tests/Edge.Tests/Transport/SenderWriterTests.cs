using Edge.Transport;

namespace Edge.Tests.Transport;

public sealed class SenderWriterTests
{
    [Fact]
    public async Task Pieces_go_out_together_with_the_flush()
    {
        var (writer, sender) = Make();

        for (var i = 0; i < 300; i++)
        {
            writer.GetSpan(3)[..3].Fill((byte)i);
            writer.Advance(3);
        }

        Assert.Empty(sender.Sends);
        Assert.Equal(900, writer.UnflushedBytes);
        Assert.False((await writer.FlushAsync()).IsCompleted);

        Assert.Equal(Enumerable.Range(0, 900).Select(i => (byte)(i / 3)), Assert.Single(sender.Sends));
        Assert.Equal(0, writer.UnflushedBytes);
    }

    [Fact]
    public async Task What_is_written_whole_is_sent_as_it_is_and_behind_what_waits()
    {
        var (writer, sender) = Make();

        await writer.WriteAsync(new byte[] { 1, 2 });
        writer.GetSpan(1)[0] = 3;
        writer.Advance(1);
        await writer.WriteAsync(new byte[] { 4 });

        Assert.Equal([[1, 2], [3, 4]], sender.Sends);
    }

    [Fact]
    public async Task A_flush_of_nothing_sends_nothing()
    {
        var (writer, sender) = Make();

        await writer.FlushAsync();

        Assert.Empty(sender.Sends);
    }

    [Fact]
    public async Task It_says_when_the_peer_reads_no_more()
    {
        var (writer, sender) = Make();
        sender.IsGone = true;

        Assert.True((await writer.WriteAsync(new byte[] { 1 })).IsCompleted);
    }

    private static (SenderWriter Writer, Recorder Sender) Make()
    {
        var sender = new Recorder();
        return (new(sender), sender);
    }

    private sealed class Recorder : IByteSender
    {
        public List<byte[]> Sends { get; } = [];

        public bool IsGone { get; set; }

        public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
        {
            Sends.Add(bytes.ToArray());
            return new(!IsGone);
        }
    }
}
