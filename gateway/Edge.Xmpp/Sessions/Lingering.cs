using System.Buffers;
using System.IO.Pipelines;

using Edge.Transport;

using Microsoft.AspNetCore.Connections;

namespace Edge.Xmpp.Sessions;

/// <summary>
/// Reads on for a moment behind an error that ended a stream. A socket that is closed while something waits to be read on it sends a reset, over which a client
/// that is still sending may lose the error. Kestrel's connections close in both directions at once, so the client's end is what is waited for.
/// </summary>
internal sealed class Lingering(TimeProvider clock) : IDisposable
{
    // More than a round trip takes in a bad network.
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    // A few of the largest stanzas may be on their way; a flood is not read to its end.
    private const long MostBytes = 1024 * 1024;

    // These have left the gate: a crowd that is turned away must not fill the memory here.
    private const int MostAtOnce = 256;

    private readonly CancellationTokenSource _stop = new();
    private int _count;

    /// <summary>The server stops: nobody is waited for any more.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Reads what still comes, where a session ended for a reason that its client should get to know; null for one that was not let in.</summary>
    public async Task ReadOnAsync(PipeReader input, EndReason? reason)
    {
        if (reason is EndReason.Closed or EndReason.PeerGone or EndReason.KeepAliveTimeout or EndReason.SlowConsumer or EndReason.Shutdown) return;

        try
        {
            if (Interlocked.Increment(ref _count) > MostAtOnce) return;

            using var time = new CancellationTokenSource(MostTime, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(time.Token, _stop.Token);
            await ReadOnAsync(input, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException or ConnectionAbortedException)
        {
            // Its time is over, or it is gone.
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    public void Dispose() => _stop.Dispose();

    private static async Task ReadOnAsync(PipeReader input, CancellationToken cancel)
    {
        for (var bytes = 0L; bytes < MostBytes;)
        {
            var read = await input.ReadAsync(cancel).ConfigureAwait(false);
            var isOver = read.IsCompleted || read.IsCanceled || IsEnd(read.Buffer);
            bytes += read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
            if (isOver) return;
        }
    }

    // `</stream:stream>`, as far as it can be seen: nothing more comes, though the client may wait for us to close the connection (RFC 6120 §4.4).
    private static bool IsEnd(in ReadOnlySequence<byte> bytes)
    {
        var end = "stream>"u8;
        return bytes.Length >= end.Length && bytes.Slice(bytes.Length - end.Length).ToArray().AsSpan().SequenceEqual(end);
    }
}
