using System.Collections.Concurrent;

namespace Edge.Xmpp.Modules.OfflineMessages;

/// <summary>Which of the messages in the store are on their way to a client, by their keys: another client is not given them.</summary>
internal sealed class HeldMessages
{
    private readonly ConcurrentDictionary<string, bool> _keys = new(StringComparer.Ordinal);

    public bool Has(string key) => _keys.ContainsKey(key);

    public void Hold(string key) => _keys[key] = true;

    public void Release(IEnumerable<string> keys)
    {
        foreach (var key in keys) _keys.TryRemove(key, out _);
    }
}
