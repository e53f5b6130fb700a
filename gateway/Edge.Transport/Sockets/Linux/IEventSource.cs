namespace Edge.Transport.Sockets.Linux;

/// <summary>What owns a descriptor that an <see cref="EventLoop"/> waits for. Called on the loop's thread only.</summary>
internal interface IEventSource
{
    /// <summary>Something happened, or seems to have.</summary>
    void OnReady(EpollEvents events);

    /// <summary>The loop ends: close the descriptor.</summary>
    void OnLoopEnds();
}

/// <summary>What waits for time to pass.</summary>
internal interface ITicking
{
    /// <summary>Called a few times a second until it returns true. On the loop's thread only.</summary>
    bool IsDone();
}
