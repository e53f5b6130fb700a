namespace Edge.Mqtt.Sessions;

/// <summary>Limits of one session's queue, and what they cost it.</summary>
/// <param name="messages">The most messages that wait.</param>
/// <param name="bytes">The most bytes of payload.</param>
internal sealed class QueueLimits(int messages, long bytes)
{
    private long _dropped;

    public int Messages => messages;

    public long Bytes => bytes;

    /// <summary>Messages for which there was no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void CountDropped() => Interlocked.Increment(ref _dropped);
}
