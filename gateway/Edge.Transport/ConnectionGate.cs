using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.Logging;

namespace Edge.Transport;

/// <summary>Lets connections of one protocol in, up to its limits, and sees each of them out: with one reason, one line in the log, one count.</summary>
public sealed partial class ConnectionGate(
    string protocol, ConnectionLimits limits, TransportMetrics metrics, TimeProvider clock, ILogger<ConnectionGate> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _perAddress = [];
    private readonly ArrivalRate _rate = new(limits, clock);
    private readonly LogThrottle _throttle = new(clock);
    private int _total;

    /// <summary>How many are in.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _total;
        }
    }

    /// <summary>Asks for a connection before anything is spent on it, such as a TLS handshake; it counts in the rate of its address.</summary>
    /// <returns>False where a limit is reached, which is logged: close the connection then.</returns>
    public bool MayCome(EndPoint? remote) => !IsRefused(remote, CheckArrival(NetworkOf(remote), hasCome: false, takesPlace: false));

    /// <summary>Takes a connection in.</summary>
    /// <param name="remote">Where it comes from; null for a connection in memory.</param>
    /// <param name="hasCome">It was asked for with <see cref="MayCome"/>.</param>
    /// <returns>Its pass, or null where a limit is reached, which is logged: close the connection then.</returns>
    public ConnectionPass? TryEnter(EndPoint? remote, bool hasCome = false)
    {
        var network = NetworkOf(remote);
        if (IsRefused(remote, CheckArrival(network, hasCome, takesPlace: true))) return null;

        metrics.Opened(protocol);
        return new(this, remote, network);
    }

    /// <summary>Logs a refusal that has no pass, such as of a peer whose TLS handshake failed.</summary>
    public void Refused(EndPoint? remote, string why)
    {
        metrics.Refused(protocol);
        if (MayLog(AddressOf(remote))) LogRefused(protocol, remote, why);
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
        if (level == LogLevel.Warning && !MayLog($"{pass.Client} {AddressOf(pass.Remote)}")) return;

        var remedy = RemedyOf(reason);
        LogEnded(level, protocol, pass.Client, pass.Remote, reason, detail, remedy);
    }

    private bool IsRefused(EndPoint? remote, string? limit)
    {
        if (limit is null) return false;

        Refused(remote, limit);
        return true;
    }

    // The limit that is reached, with the remedy.
    private string? CheckArrival(IPAddress? network, bool hasCome, bool takesPlace)
    {
        lock (_lock)
        {
            if (_total >= limits.Total) return Reached("total", limits.Total);
            if (network is not null)
            {
                var others = _perAddress.GetValueOrDefault(network);
                if (others >= limits.PerAddress) return Reached("perAddress", limits.PerAddress);
                if (!hasCome && !_rate.TryTake(network)) return Reached("ratePerAddress", limits.RatePerAddress);
                if (takesPlace) _perAddress[network] = others + 1;
            }

            if (takesPlace) _total++;
            return null;
        }
    }

    private string Reached(string key, int limit) => $"{protocol}:connections:{key} ({limit}) is reached. Raise it where these are your own devices";

    private bool MayLog(string about)
    {
        var mayLog = _throttle.TryTake(about, out var leftOut);
        if (leftOut > 0) LogLeftOut(protocol, leftOut);
        return mayLog;
    }

    private static string AddressOf(EndPoint? remote) => NetworkOf(remote)?.ToString() ?? "local";

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

    // Where the detail says what happened, and not what to do about it.
    private static string RemedyOf(EndReason reason) => reason switch
    {
        EndReason.ProtocolError => " Update the client's program, or report this to its maker.",
        EndReason.KeepAliveTimeout => " Look at its power and its network.",
        EndReason.SlowConsumer => " Let it subscribe to less or read faster, or raise the limit.",
        _ => "",
    };

    [LoggerMessage(EventId = 1220, Level = LogLevel.Warning, Message = "{Protocol}: connection from {Address} not taken: {Why}")]
    private partial void LogRefused(string protocol, EndPoint? address, string why);

    [LoggerMessage(EventId = 1222, Level = LogLevel.Warning, Message = "{Protocol}: {Count} more lines like these were left out in the minute before")]
    private partial void LogLeftOut(string protocol, long count);

    [LoggerMessage(EventId = 1221, Message = "{Protocol}: {Client} from {Address} ended: {Reason}. {Detail}{Remedy}")]
    private partial void LogEnded(LogLevel level, string protocol, string client, EndPoint? address, EndReason reason, string detail, string remedy);
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

    /// <summary>What the protocol calls the reason, where it was told more exactly than <see cref="Reason"/>; known as soon as that is.</summary>
    public byte? Code { get; private set; }

    /// <summary>Cancelled as soon as somebody ends the connection.</summary>
    public CancellationToken Ended => _ended.Token;

    internal IPAddress? Network { get; }

    /// <summary>Ends the connection, unless it has ended already.</summary>
    /// <returns>True where this reason is the one that stands.</returns>
    public bool TryEnd(EndReason reason, string detail, byte? code = null)
    {
        lock (_lock)
        {
            if (Reason is not null || _left) return false;
            (Reason, Detail, Code) = (reason, detail, code);
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
