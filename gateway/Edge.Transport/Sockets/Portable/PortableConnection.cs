using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Connections;

namespace Edge.Transport.Sockets.Portable;

/// <summary>A connection on the framework's sockets: the same contract, without its economy.</summary>
internal sealed class PortableConnection : SocketConnection
{
    private readonly Socket _socket;
    private readonly PortableSender _sender;
    private volatile bool _isAborted;

    public PortableConnection(Socket socket)
    {
        _socket = socket;
        _sender = new(socket);
        Input = PipeReader.Create(new PortableStream(this, socket));
        Remote = socket.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port) : socket.RemoteEndPoint;
    }

    public override PipeReader Input { get; }

    public override IByteSender Output => _sender;

    public override EndPoint? Remote { get; }

    public override void Abort()
    {
        _isAborted = true;
        try
        {
            _socket.LingerState = new(enable: true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        _socket.Dispose();
    }

    internal override void Close()
    {
        try
        {
            if (!_isAborted) _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        _socket.Dispose();
    }

    /// <summary>What a failed read means for the reader.</summary>
    internal Exception Explain(Exception e) =>
        _isAborted ? new ConnectionAbortedException("The connection is closed.") : new ConnectionResetException("The peer reset the connection.", e);
}
