using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Sessions;

/// <summary>The subscriptions of one session, up to <c>mqtt:maxSubscriptions</c>.</summary>
internal sealed class SubscriptionSet(MqttOptions options)
{
    private readonly Lock _lock = new();
    private KeyValuePair<string, SubscriptionOptions>[] _few = [];
    private Dictionary<string, SubscriptionOptions>? _many;

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

    /// <summary>Adds or replaces a subscription; false where there are too many.</summary>
    public bool TryAdd(string filter, SubscriptionOptions granted, out bool isNew)
    {
        lock (_lock)
        {
            var at = IndexOf(filter);
            isNew = _many is null ? at < 0 : !_many.ContainsKey(filter);
            if (isNew && (_many?.Count ?? _few.Length) >= options.MaxSubscriptions) return false;

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
            if (_many is not null) return _many.Remove(filter, out granted);

            var at = IndexOf(filter);
            granted = at < 0 ? default : _few[at].Value;
            if (at >= 0) _few = [.. _few[..at], .. _few[(at + 1)..]];
            return at >= 0;
        }
    }

    private int IndexOf(string filter) => Array.FindIndex(_few, s => s.Key == filter);
}
