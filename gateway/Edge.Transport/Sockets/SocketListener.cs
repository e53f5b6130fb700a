using System.Net;

using Microsoft.Extensions.Logging;

namespace Edge.Transport.Sockets;

/// <summary>Takes TCP connections at one address; see <see cref="SocketTransport.Listen"/>.</summary>
public abstract partial class SocketListener : IAsyncDisposable
{
    private readonly HashSet<SocketConnection> _open = [];
    private readonly Func<SocketConnection, Task> _serve;
    private readonly ILogger _logger;
    private TaskCompletionSource? _empty;

    private protected SocketListener(Func<SocketConnection, Task> serve, ILogger logger) => (_serve, _logger) = (serve, logger);

    /// <summary>Where it listens, with the port that it got.</summary>
    public abstract IPEndPoint Local { get; }

    /// <summary>The connections that are served.</summary>
    public int Count
    {
        get
        {
            lock (_open) return _open.Count;
        }
    }

    /// <summary>Accepts no more, and waits until no connection is served; what is left when <paramref name="cancel"/> comes is aborted.</summary>
    public async Task StopAsync(CancellationToken cancel = default)
    {
        await StopAcceptingAsync().ConfigureAwait(false);
        Task empty;
        lock (_open)
        {
            if (_open.Count == 0) return;
            empty = (_empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await using (cancel.UnsafeRegister(static state => ((SocketListener)state!).AbortAll(), this).ConfigureAwait(false))
            await empty.ConfigureAwait(false);
    }

    /// <summary>Accepts no more, and aborts what is open.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private protected abstract Task StopAcceptingAsync();

    /// <summary>Serves a connection from its first byte to its end. Does not throw.</summary>
    private protected async Task ServeAsync(SocketConnection connection)
    {
        lock (_open) _open.Add(connection);
        try
        {
            await _serve(connection).ConfigureAwait(false);
        }
        catch (Exception e) // a bug in one connection's service must not stay unseen, nor keep its socket open
        {
            LogBug(e, connection.Remote);
        }
        finally
        {
            connection.Close();
            Forget(connection);
        }
    }

    private void Forget(SocketConnection connection)
    {
        TaskCompletionSource? empty;
        lock (_open)
        {
            _open.Remove(connection);
            empty = _open.Count == 0 ? _empty : null;
        }

        empty?.TrySetResult();
    }

    private void AbortAll()
    {
        SocketConnection[] open;
        lock (_open) open = [.. _open];
        foreach (var connection in open) connection.Abort();
    }

    [LoggerMessage(EventId = 1240, Level = LogLevel.Error, Message = "A bug ended the connection from {Address}")]
    private partial void LogBug(Exception e, EndPoint? address);
}
