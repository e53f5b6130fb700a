using System.Net;
using System.Net.Sockets;

using Edge.Transport.Sockets.Linux;
using Edge.Transport.Sockets.Portable;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Transport.Sockets;

/// <summary>
/// TCP for protocols with many small messages. On Linux the sockets are waited for with epoll and served on the thread that waits: no queue and no change of
/// thread between the kernel and the protocol. Elsewhere the framework's sockets serve behind the same types.
/// </summary>
public sealed partial class SocketTransport : IDisposable
{
    private readonly SocketOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly bool _isPortable;
    private EventLoop[] _loops = [];
    private bool _isDisposed;

    /// <summary>Nothing runs until somebody listens.</summary>
    public SocketTransport(IOptions<SocketOptions> options, TimeProvider clock, ILogger<SocketTransport> logger)
        : this(options.Value, clock, logger, isPortable: false)
    {
    }

    /// <summary>As above; the framework's sockets where <paramref name="isPortable"/> is true.</summary>
    internal SocketTransport(SocketOptions options, TimeProvider clock, ILogger logger, bool isPortable)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        _isPortable = isPortable || !EpollSet.IsSupported;
    }

    /// <summary>Takes connections at <paramref name="local"/>; each is served by <paramref name="serve"/> and closed when its task ends.</summary>
    /// <param name="local">The address; <see cref="IPAddress.IPv6Any"/> takes IPv4 too. Port 0 takes a free one.</param>
    /// <param name="serve">Called on the thread that waits for sockets: it must not block.</param>
    /// <exception cref="IOException">Somebody else listens there.</exception>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public SocketListener Listen(IPEndPoint local, Func<SocketConnection, Task> serve)
    {
        var socket = Bind(local);
        if (_isPortable) return new PortableListener(socket, serve, _clock, _logger);
        return EpollListener.Start(socket, Loops(), serve, new(_clock, TimeSpan.FromSeconds(_options.LingerSeconds), _logger));
    }

    /// <summary>Ends the threads, and every connection that is left.</summary>
    public void Dispose()
    {
        EventLoop[] loops;
        lock (_lock)
        {
            _isDisposed = true;
            (loops, _loops) = (_loops, []);
        }

        foreach (var loop in loops) loop.Dispose();
    }

    private EventLoop[] Loops()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_loops.Length == 0) _loops = [.. Enumerable.Range(0, _options.Loops).Select(i => new EventLoop($"sockets {i}", _logger))];
            return _loops;
        }
    }

    private Socket Bind(IPEndPoint local)
    {
        if (local.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6) local = new(IPAddress.Any, local.Port);
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (local.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(local); // the runtime sets SO_REUSEADDR on Unix: a restart need not wait for old connections
            socket.Listen(_options.Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            if (e.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new IOException($"{local} is taken by another process.", e);
            throw;
        }
    }
}
