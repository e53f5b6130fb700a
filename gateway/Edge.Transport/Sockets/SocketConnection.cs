using System.IO.Pipelines;
using System.Net;

namespace Edge.Transport.Sockets;

/// <summary>One TCP connection. It is closed when the task that serves it ends: what was sent goes out first.</summary>
public abstract class SocketConnection
{
    /// <summary>What the peer sends. A read completes on the thread that waits for sockets, inside its <see cref="FlushBatch"/>: whoever does more there than
    /// parse and post moves to the thread pool first. While nobody reads, nothing is received, and the peer is held back by its own socket.</summary>
    /// <remarks>Throws <see cref="IOException"/> where the peer resets the connection, and
    /// <see cref="Microsoft.AspNetCore.Connections.ConnectionAbortedException"/> after <see cref="Abort"/>.</remarks>
    public abstract PipeReader Input { get; }

    /// <summary>What the peer gets. Any thread may send, one at a time.</summary>
    public abstract IByteSender Output { get; }

    /// <summary>Where the peer is; an IPv4 address stays one on a listener for both families.</summary>
    public abstract EndPoint? Remote { get; }

    /// <summary>Ends the connection with a reset; what the peer has not read yet is lost. Any thread, any number of times; reads and sends under way end soon after.</summary>
    public abstract void Abort();

    /// <summary>Ends the connection in an orderly way, after the task that served it.</summary>
    internal abstract void Close();
}
