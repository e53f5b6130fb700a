using Edge.Portal.Security;
using Edge.Things;

namespace Edge.Portal.Live;

/// <summary>
/// One page that follows live values. It keeps which things changed, not their values: a page that reads slowly gets the newest values, and
/// nothing piles up.
/// </summary>
internal sealed class LiveConnection(PortalUser user, Action<LiveConnection> closed) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<ThingId> _values = [];
    private LiveTopics _topics;
    private bool _isClosed;

    public PortalUser User => user;

    /// <summary>A thing has new values.</summary>
    public void MarkValues(ThingId thing)
    {
        lock (_lock)
        {
            _values.Add(thing);
            Signal();
        }
    }

    /// <summary>Something beside values changed.</summary>
    public void Mark(LiveTopics topics)
    {
        lock (_lock)
        {
            _topics |= topics;
            Signal();
        }
    }

    /// <summary>Waits until something changed or <paramref name="timeout"/> is over; false is the latter.</summary>
    public async Task<bool> WaitAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            await _signal.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Takes what changed since the last call.</summary>
    public (IReadOnlySet<ThingId> Values, LiveTopics Topics) Take()
    {
        lock (_lock)
        {
            var taken = (_values, _topics);
            (_values, _topics) = ([], LiveTopics.None);
            return taken;
        }
    }

    public void Dispose()
    {
        closed(this);
        lock (_lock)
        {
            _isClosed = true;
            _signal.Dispose();
        }
    }

    private void Signal()
    {
        if (!_isClosed && _signal.CurrentCount == 0) _signal.Release();
    }
}

/// <summary>What else than values a page may follow.</summary>
[Flags]
internal enum LiveTopics
{
    None = 0,

    /// <summary>How the things are: sent with their values.</summary>
    State = 1,

    /// <summary>Which things the owner has.</summary>
    Things = 2,

    /// <summary>Open questions and rules.</summary>
    Questions = 4,

    /// <summary>Nodes nearby and their stickers.</summary>
    Nodes = 8,
}
