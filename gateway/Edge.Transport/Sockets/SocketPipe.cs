using System.IO.Pipelines;

namespace Edge.Transport.Sockets;

/// <summary>A connection as a pair of pipes, for protocols that write piece by piece, or begin TLS on the way.</summary>
public sealed class SocketPipe(SocketConnection connection) : IDuplexPipe
{
    /// <inheritdoc/>
    public PipeReader Input => connection.Input;

    /// <inheritdoc/>
    public PipeWriter Output { get; } = new SenderWriter(connection.Output);
}
