using Edge.FieldBus.Modbus.Links;

namespace Edge.FieldBus.Modbus.Nodes;

/// <summary>
/// Keeps a silent unit from costing the others their time: after a few silences in a row it is only probed, more and more rarely, until it
/// answers. Each probe costs its neighbours on the same connection one time-out.
/// </summary>
internal sealed class UnitBreaker(TimeProvider clock, int silencesToOpen = 2)
{
    private readonly Lock _lock = new();
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
    private int _silences;
    private DateTimeOffset? _silentSince;
    private DateTimeOffset? _nextProbe;

    /// <summary>When the unit may be asked again; null where it may at any time.</summary>
    public DateTimeOffset? NextProbe
    {
        get
        {
            lock (_lock) return _nextProbe;
        }
    }

    /// <summary>True where the unit may be asked now. For an open breaker that is the probe: nobody else may, until it has ended.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_nextProbe is not { } due) return true;
            if (clock.GetUtcNow() < due) return false;

            _nextProbe = clock.GetUtcNow() + _backoff.Next();
            return true;
        }
    }

    /// <summary>The unit has answered something, were it a refusal.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            (_silences, _silentSince, _nextProbe) = (0, null, null);
            _backoff.Reset();
        }
    }

    /// <summary>The unit has not answered.</summary>
    public void Silent()
    {
        lock (_lock)
        {
            _silentSince ??= clock.GetUtcNow();
            if (++_silences == silencesToOpen) _nextProbe = clock.GetUtcNow() + _backoff.Next();
        }
    }

    /// <summary>There is no connection: trying costs nobody anything, so that the unit is tried as soon as there is one again.</summary>
    public void LinkLost()
    {
        lock (_lock) (_silences, _nextProbe) = (0, null);
    }

    /// <summary>Why the unit is not asked now.</summary>
    public string Explain()
    {
        lock (_lock)
        {
            return _nextProbe is { } next
                ? $"No answer since {_silentSince!.Value.UtcDateTime:HH:mm:ss} UTC; tried again at {next.UtcDateTime:HH:mm:ss} UTC."
                : "No answer.";
        }
    }
}
