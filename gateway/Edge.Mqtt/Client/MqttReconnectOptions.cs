namespace Edge.Mqtt.Client;

/// <summary>How a client comes back to its server.</summary>
public sealed record MqttReconnectOptions
{
    /// <summary>The most that the first wait takes; the bound doubles with each failure.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most that any wait takes. Two minutes: soon enough after a long outage, and no load during it.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a connection has to last before the waits begin small again: a server that accepts and throws out is not asked every second.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where the jitter comes from; a seeded one makes a test repeatable.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>What waits while there is no connection.</summary>
    public MqttQueueOptions Queue { get; init; } = new();

    /// <summary>A connection was made. Called before what waits is sent; an exception is a bug of the caller's.</summary>
    public Action<MqttServerAnswer>? OnConnected { get; init; }

    /// <summary>An attempt failed, or the connection ended: why, and how long until the next attempt.</summary>
    public Action<Exception, TimeSpan>? OnDisconnected { get; init; }

    internal void Check()
    {
        if (FirstDelay <= TimeSpan.Zero || MaxDelay < FirstDelay) throw new ArgumentException($"FirstDelay is {FirstDelay}, MaxDelay {MaxDelay}: give times that grow.");
        if (Queue.MaxMessages < 1 || Queue.MaxBytes < 1) throw new ArgumentException("A queue has room for at least one message and one byte.");
    }
}
