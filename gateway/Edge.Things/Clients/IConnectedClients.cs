namespace Edge.Things.Clients;

/// <summary>A program or device that is connected to one of the servers now.</summary>
/// <param name="Key">By which it can be named again, among those of its server.</param>
/// <param name="ClientId">What it calls itself.</param>
/// <param name="Who">Whose authority it has; empty for nobody's.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="Speaks">The protocol and its version.</param>
/// <param name="Since">When it connected.</param>
/// <param name="Traffic">What went through its connection.</param>
public sealed record ConnectedClient(string Key, string ClientId, string Who, string Address, string Speaks, DateTimeOffset Since, ClientTraffic Traffic);

/// <summary>What went through one connection, and what waits for it.</summary>
/// <param name="MessagesIn">Messages from the client.</param>
/// <param name="MessagesOut">Messages to it.</param>
/// <param name="BytesIn">Bytes from the client.</param>
/// <param name="BytesOut">Bytes to it.</param>
/// <param name="Dropped">Messages that it lost.</param>
/// <param name="Queued">Messages that wait, or are not acknowledged.</param>
/// <param name="Subscriptions">What it listens to.</param>
public sealed record ClientTraffic(long MessagesIn, long MessagesOut, long BytesIn, long BytesOut, long Dropped, int Queued, int Subscriptions);

/// <summary>The clients of one server, for people who look after it.</summary>
public interface IConnectedClients
{
    /// <summary>Everyone who is connected now, by client identifier.</summary>
    IReadOnlyList<ConnectedClient> All { get; }

    /// <summary>Ends a client's connection; it may come again. False where it is not there.</summary>
    /// <param name="key">Its <see cref="ConnectedClient.Key"/>.</param>
    /// <param name="by">Who wants it, for the log.</param>
    bool Disconnect(string key, string by);
}
