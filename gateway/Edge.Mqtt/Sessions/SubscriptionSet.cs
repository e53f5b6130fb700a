using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Sessions;

/// <summary>The subscriptions of one session, up to <c>mqtt:maxSubscriptions</c>.</summary>
internal sealed class SubscriptionSet(MqttOptions options)
{
    private readonly Lock _lock = new();
    private KeyValuePair<string, SubscriptionOptions>[] _few = [];
    private Dictionary<string, SubscriptionOptions>? _many;
    private long _version;
    private long _stored;

    // A meter has one subscription or two: an array is a tenth of a dictionary.
    private const int Few = 4;

    public int Count
    {
        get
        {
            lock (_lock) return _many?.Count ?? _few.Length;
        }
    }

    public IReadOnlyList<KeyValuePair<string, SubscriptionOptions>> All
    {
        get
        {
            lock (_lock) return _many is null ? _few : [.. _many];
        }
    }

    /// <summary>Counts changes: to be read before they are stored.</summary>
    public long Version
    {
        get
        {
            lock (_lock) return _version;
        }
    }

    /// <summary>False where nothing has changed since it was stored: a client that repeats itself writes nothing to the disk.</summary>
    public bool IsChanged
    {
        get
        {
            lock (_lock) return _version != _stored;
        }
    }

    /// <summary>What there was at <paramref name="version"/> is on the disk.</summary>
    public void MarkStored(long version)
    {
        lock (_lock) _stored = Math.Max(_stored, version);
    }

    public bool Contains(string filter)
    {
        lock (_lock) return _many?.ContainsKey(filter) ?? IndexOf(filter) >= 0;
    }

    /// <summary>Adds or replaces a subscription; false where there are too many.</summary>
    public bool TryAdd(string filter, SubscriptionOptions granted, out bool isNew)
    {
        lock (_lock)
        {
            var at = IndexOf(filter);
            isNew = _many is null ? at < 0 : !_many.ContainsKey(filter);
            if (isNew && (_many?.Count ?? _few.Length) >= options.MaxSubscriptions) return false;
            if (!isNew && (_many is null ? _few[at].Value : _many[filter]) == granted) return true;

            _version++;
            if (_many is not null) _many[filter] = granted;
            else if (!isNew) _few = [.. _few[..at], new(filter, granted), .. _few[(at + 1)..]];
            else if (_few.Length < Few) _few = [.. _few, new(filter, granted)];
            else
            {
                _many = new(_few, StringComparer.Ordinal) { [filter] = granted };
                _few = [];
            }

            return true;
        }
    }

    /// <summary>Takes a subscription out; false where there is none.</summary>
    public bool TryRemove(string filter, out SubscriptionOptions granted)
    {
        lock (_lock)
        {
            var at = IndexOf(filter);
            granted = at < 0 ? default : _few[at].Value;
            if (_many is null ? at < 0 : !_many.Remove(filter, out granted)) return false;

            if (at >= 0) _few = [.. _few[..at], .. _few[(at + 1)..]];
            _version++;
            return true;
        }
    }

    private int IndexOf(string filter) => Array.FindIndex(_few, s => s.Key == filter);
}
