using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.Logging;

namespace Edge.Transport;

/// <summary>Lets connections of one protocol in, up to its limits, and sees each of them out: with one reason, one line in the log, one count.</summary>
public sealed partial class ConnectionGate(string protocol, ConnectionLimits limits, TransportMetrics metrics, ILogger<ConnectionGate> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _perAddress = [];
    private int _total;

    /// <summary>How many are in.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _total;
        }
    }

    /// <summary>Takes a connection in.</summary>
    /// <returns>Its pass, or null where a limit is reached, which is logged: close the connection then.</returns>
    public ConnectionPass? TryEnter(EndPoint? remote)
    {
        var network = NetworkOf(remote);
        if (LimitReached(network) is { } limit)
        {
            LogFull(protocol, remote, limit);
            return null;
        }

        metrics.Opened(protocol);
        return new(this, remote, network);
    }

    internal void Leave(ConnectionPass pass, EndReason reason, string detail)
    {
        lock (_lock)
        {
            _total--;
            if (pass.Network is { } network && --_perAddress[network] == 0) _perAddress.Remove(network);
        }

        metrics.Ended(protocol, reason);
        var level = LevelOf(reason);
        LogEnded(level, protocol, pass.Client, pass.Remote, reason, detail);
    }

    private string? LimitReached(IPAddress? network)
    {
        lock (_lock)
        {
            if (_total >= limits.Total) return $"{protocol}:connections:total ({limits.Total})";
            if (network is not null)
            {
                var others = _perAddress.GetValueOrDefault(network);
                if (others >= limits.PerAddress) return $"{protocol}:connections:perAddress ({limits.PerAddress})";
                _perAddress[network] = others + 1;
            }

            _total++;
            return null;
        }
    }

    private static IPAddress? NetworkOf(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address }) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return null;
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }

    private static LogLevel LevelOf(EndReason reason) => reason switch
    {
        EndReason.Closed or EndReason.PeerGone or EndReason.TakenOver or EndReason.Shutdown => LogLevel.Information,
        EndReason.InternalError => LogLevel.Error,
        _ => LogLevel.Warning,
    };

    [LoggerMessage(EventId = 1220, Level = LogLevel.Warning,
        Message = "{Protocol}: connection from {Address} not taken: {Limit} is reached. Raise it where these are your own devices")]
    private partial void LogFull(string protocol, EndPoint? address, string limit);

    [LoggerMessage(EventId = 1221, Message = "{Protocol}: {Client} from {Address} ended: {Reason}. {Detail}")]
    private partial void LogEnded(LogLevel level, string protocol, string client, EndPoint? address, EndReason reason, string detail);
}

/// <summary>A connection's place at the gate. Whoever ends the connection says why; the first reason stands.</summary>
public sealed class ConnectionPass : IDisposable
{
    private readonly ConnectionGate _gate;
    private readonly CancellationTokenSource _ended = new(); // never disposed: a late TryEnd may still cancel it, and it holds no timer
    private readonly Lock _lock = new();
    private bool _left;

    internal ConnectionPass(ConnectionGate gate, EndPoint? remote, IPAddress? network) => (_gate, Remote, Network) = (gate, remote, network);

    /// <summary>Where it comes from; null for a connection in memory.</summary>
    public EndPoint? Remote { get; }

    /// <summary>Who it is, for the log: an account or client identifier, once known.</summary>
    public string Client { get; set; } = "(unknown)";

    /// <summary>Why it ended; null while it lives.</summary>
    public EndReason? Reason { get; private set; }

    /// <summary>One line more on why, with the remedy where there is one.</summary>
    public string Detail { get; private set; } = "";

    /// <summary>Cancelled as soon as somebody ends the connection.</summary>
    public CancellationToken Ended => _ended.Token;

    internal IPAddress? Network { get; }

    /// <summary>Ends the connection, unless it has ended already.</summary>
    /// <returns>True where this reason is the one that stands.</returns>
    public bool TryEnd(EndReason reason, string detail)
    {
        lock (_lock)
        {
            if (Reason is not null || _left) return false;
            (Reason, Detail) = (reason, detail);
        }

        _ = _ended.CancelAsync(); // others' callbacks run elsewhere: the caller may hold locks
        return true;
    }

    /// <summary>Leaves the gate: logged and counted, with <see cref="EndReason.PeerGone"/> where nobody gave a reason.</summary>
    public void Dispose()
    {
        TryEnd(EndReason.PeerGone, "The connection closed without a goodbye.");
        lock (_lock)
        {
            if (_left) return;
            _left = true;
        }

        _gate.Leave(this, Reason!.Value, Detail);
    }
}
