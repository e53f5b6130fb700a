using System.Net.Sockets;

using Edge.FieldBus.Modbus.Wire;

using Microsoft.Extensions.Logging;

namespace Edge.FieldBus.Modbus.Links;

/// <summary>Where a device, or a gateway to several, listens.</summary>
internal sealed record ModbusEndpoint(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>How a link is used.</summary>
internal sealed record LinkOptions
{
    /// <summary>Requests under way at the same time. Most devices, and all serial lines behind a gateway, take one.</summary>
    public int MaxOutstanding { get; init; } = 1;

    /// <summary>Requests that may wait for their turn.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>A rest after each request, for devices that need one.</summary>
    public TimeSpan Rest { get; init; }

    /// <summary>How long a connection may take to be made.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// The connection to one endpoint, shared by its units: made when needed, made again after a loss with growing pauses. Who comes while a
/// pause lasts is told at once; nobody waits for a dead device's connection longer than one attempt.
/// </summary>
internal sealed partial class ModbusLink : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly LinkOptions _options;
    private readonly Func<CancellationToken, Task<Stream>> _connect;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Backoff _backoff = new(FirstPause, LongestPause);
    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private ModbusConnection? _connection;
    private DateTimeOffset _nextAttempt = DateTimeOffset.MinValue;
    private string _lastError = "";
    private int _waiting;

    public ModbusLink(ModbusEndpoint endpoint, LinkOptions options, TimeProvider clock, ILogger logger, Func<CancellationToken, Task<Stream>>? connect = null)
    {
        (Endpoint, _options, _clock, _logger) = (endpoint, options, clock, logger);
        _connect = connect ?? (cancel => TcpAsync(endpoint, cancel));
        _slots = new(options.MaxOutstanding, options.MaxOutstanding);
        _stopped = _stopping.Token; // usable after disposal, unlike its source
    }

    /// <summary>Where it leads.</summary>
    public ModbusEndpoint Endpoint { get; }

    /// <summary>Sends a request to a unit when its turn comes; a read is repeated once where an old connection turns out to be lost.</summary>
    public async Task<ModbusReply> SendAsync(byte unit, byte[] request, TimeSpan timeout, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > _options.MaxWaiting + _options.MaxOutstanding)
        {
            Interlocked.Decrement(ref _waiting);
            return ModbusReply.Failure(ReplyKind.Busy, $"{_options.MaxWaiting} requests wait for {Endpoint} already (fieldbus:modbus:maxWaitingRequests).");
        }

        try
        {
            await _slots.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                return await TransactAsync(unit, request, timeout, cancel).ConfigureAwait(false);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static async Task<Stream> TcpAsync(ModbusEndpoint endpoint, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<ModbusReply> TransactAsync(byte unit, byte[] request, TimeSpan timeout, CancellationToken cancel)
    {
        var (connection, isNew) = await ConnectAsync(cancel).ConfigureAwait(false);
        if (connection is null) return ModbusReply.Failure(ReplyKind.Unreachable, NotConnected());

        var reply = await connection.SendAsync(unit, request, timeout, cancel).ConfigureAwait(false);

        // Devices hang up after a while of rest; the next request finds out.
        if (reply.Kind == ReplyKind.Unreachable && !isNew && ((ModbusFunction)request[0]).IsRead())
        {
            (connection, _) = await ConnectAsync(cancel).ConfigureAwait(false);
            if (connection is null) return ModbusReply.Failure(ReplyKind.Unreachable, NotConnected());
            reply = await connection.SendAsync(unit, request, timeout, cancel).ConfigureAwait(false);
        }

        if (reply.Kind is ReplyKind.Ok or ReplyKind.Refused) _backoff.Reset();
        if (_options.Rest > TimeSpan.Zero) await Task.Delay(_options.Rest, _clock, cancel).ConfigureAwait(false);
        return reply;
    }

    private string NotConnected() =>
        $"{Endpoint} cannot be reached ({_lastError}); tried again at {_nextAttempt.UtcDateTime:HH:mm:ss} UTC.";

    private async Task<(ModbusConnection? Connection, bool IsNew)> ConnectAsync(CancellationToken cancel)
    {
        if (_connection is { IsClosed: false } open) return (open, false);

        await _connecting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_connection is { IsClosed: false } made) return (made, false);

            await DropAsync().ConfigureAwait(false);
            if (_clock.GetUtcNow() < _nextAttempt) return (null, false);

            _connection = await TryConnectAsync().ConfigureAwait(false);
            return (_connection, true);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task DropAsync()
    {
        if (_connection is not { } lost) return;

        // Who accepts and hangs up without a word is not to be called again and again.
        if (!lost.HasAnswered) Pause("no answer on the last connection", lost.ClosedAt);
        _connection = null;
        LogLost(Endpoint);
        await lost.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>One attempt; not cut short by the caller, since others wait for it too.</summary>
    private async Task<ModbusConnection?> TryConnectAsync()
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopped);
        try
        {
            var stream = await _connect(both.Token).ConfigureAwait(false);
            LogConnected(Endpoint);
            return new(stream, _clock);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            Pause(e is OperationCanceledException ? "no answer to the call" : e.Message, _clock.GetUtcNow());
            return null;
        }
    }

    private void Pause(string why, DateTimeOffset since)
    {
        var pause = _backoff.Next();
        (_lastError, _nextAttempt) = (why, since + pause);
        LogPause(Endpoint, why, pause);
    }

    [LoggerMessage(EventId = 5000, Level = LogLevel.Information, Message = "Connected to {Endpoint}")]
    private partial void LogConnected(ModbusEndpoint endpoint);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "The connection to {Endpoint} was lost")]
    private partial void LogLost(ModbusEndpoint endpoint);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "{Endpoint} cannot be reached: {Why}; tried again in {Pause}")]
    private partial void LogPause(ModbusEndpoint endpoint, string why, TimeSpan pause);
}
