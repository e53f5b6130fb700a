using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.Logging;

namespace Edge.Transport.Sockets.Linux;

/// <summary>What the connections of a listener share.</summary>
internal sealed record EpollSettings(TimeProvider Clock, TimeSpan Linger, ILogger Logger);

/// <summary>Accepts on the first loop and deals the connections out to all.</summary>
internal sealed partial class EpollListener : SocketListener, IEventSource, ITicking
{
    // In one go; others' events wait meanwhile.
    private const int AcceptsPerEvent = 64;

    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly Socket _socket;
    private readonly int _fd;
    private readonly EventLoop[] _loops;
    private readonly EpollSettings _settings;
    private ulong _token;
    private int _nextLoop;
    private bool _isClosed;
    private long? _shortageLogged;

    private EpollListener(Socket socket, EventLoop[] loops, Func<SocketConnection, Task> serve, EpollSettings settings)
        : base(serve, settings.Logger)
    {
        (_socket, _fd, _loops, _settings) = (socket, (int)socket.Handle, loops, settings);
        _socket.Blocking = false;
        Local = (IPEndPoint)socket.LocalEndPoint!;
    }

    public override IPEndPoint Local { get; }

    private EventLoop Loop => _loops[0];

    public static EpollListener Start(Socket socket, EventLoop[] loops, Func<SocketConnection, Task> serve, EpollSettings settings)
    {
        var listener = new EpollListener(socket, loops, serve, settings);
        listener.Loop.Post(listener.Open);
        return listener;
    }

    public void OnReady(EpollEvents events)
    {
        for (var i = 0; i < AcceptsPerEvent; i++)
        {
            var fd = Accept(out var remote);
            if (fd >= 0)
            {
                Begin(fd, remote);
                continue;
            }

            var error = Errno.Last;
            if (error == Errno.Again) return;
            if (!Errno.IsShortage(error)) continue; // the peer was gone before we came to it
            Pause(error);
            return;
        }
    }

    public void OnLoopEnds() => Shut();

    /// <summary>After a shortage: look again.</summary>
    public bool IsDone()
    {
        if (!_isClosed) Loop.Epoll.Modify(_fd, EpollEvents.Readable, _token);
        return true;
    }

    private protected override Task StopAcceptingAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            Shut();
            done.TrySetResult();
        });
        return done.Task;
    }

    private void Open()
    {
        var token = Loop.Register(_fd, this);
        Loop.Epoll.Add(_fd, EpollEvents.Readable, token);
        _token = token;
    }

    private void Shut()
    {
        if (_isClosed) return;
        _isClosed = true;
        if (_token != 0)
        {
            Loop.Epoll.Remove(_fd);
            Loop.Unregister(_fd);
        }

        _socket.Dispose();
    }

    private unsafe int Accept(out IPEndPoint? remote)
    {
        var address = stackalloc byte[SocketAddress.MaxLength];
        var length = SocketAddress.MaxLength;
        var fd = Native.Accept(_fd, address, &length, Native.NonBlocking | Native.CloseOnExec);
        remote = fd < 0 ? null : SocketAddress.Read(new(address, Math.Min(length, SocketAddress.MaxLength)));
        return fd;
    }

    private unsafe void Begin(int fd, IPEndPoint? remote)
    {
        var on = 1;
        _ = Native.SetOption(fd, Native.LevelTcp, Native.OptionNoDelay, &on, sizeof(int));
        var loop = _loops[_nextLoop++ % _loops.Length];
        var connection = new EpollConnection(fd, remote, loop, _settings);
        if (loop == Loop) Start(connection);
        else loop.Post(() => Start(connection));
    }

    private void Start(EpollConnection connection)
    {
        if (!connection.TryOpen()) return;
        _ = ServeAsync(connection);
    }

    // The descriptors are used up: the listener would be ready all the time. It rests for a tick; clients wait in the backlog.
    private void Pause(int error)
    {
        Loop.Epoll.Modify(_fd, EpollEvents.None, _token);
        Loop.Add(this);
        if (_shortageLogged is { } logged && _settings.Clock.GetElapsedTime(logged) < LogEvery) return;
        _shortageLogged = _settings.Clock.GetTimestamp();
        LogShortage(_settings.Logger, Local, Errno.Describe(error));
    }

    [LoggerMessage(EventId = 1243, Level = LogLevel.Warning,
        Message = "{Local}: new connections wait: {Error}. Raise the limit of open files (LimitNOFILE), or lower the limits of connections")]
    private static partial void LogShortage(ILogger logger, IPEndPoint local, string error);
}
