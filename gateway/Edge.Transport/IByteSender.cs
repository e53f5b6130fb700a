namespace Edge.Transport;

/// <summary>Where the bytes for one peer go.</summary>
public interface IByteSender
{
    /// <summary>Sends all of <paramref name="bytes"/>. One call at a time; the memory is the sender's until it completes. It completes at once
    /// where the operating system takes everything at once.</summary>
    /// <returns>False where the peer reads no more.</returns>
    ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default);
}
