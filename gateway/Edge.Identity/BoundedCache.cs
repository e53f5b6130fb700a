using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Edge.Identity;

/// <summary>
/// Keeps what was looked up, never more than a number of entries: two generations, of which the older goes as a whole when the younger is full; what is
/// asked for again moves to the younger. Reading takes no lock. Nearly as good as "least recently used", and nothing is written on a hit.
/// </summary>
/// <param name="capacity">The most entries; 0 keeps none.</param>
internal sealed class BoundedCache<TKey, TValue>(int capacity) where TKey : notnull
{
    private readonly int _half = (capacity + 1) / 2;
    private readonly Lock _changing = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();
    private int _youngCount;

    /// <summary>How many entries there are.</summary>
    public int Count => _young.Count + _old.Keys.Count(key => !_young.ContainsKey(key));

    /// <summary>Finds what is kept under a key.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out value)) return true;
        if (!_old.TryGetValue(key, out value)) return false;

        Put(key, value, replace: false);
        return true;
    }

    /// <summary>Keeps a value.</summary>
    public void Set(TKey key, TValue value) => Put(key, value, replace: true);

    /// <summary>Forgets a key.</summary>
    public void Remove(TKey key)
    {
        lock (_changing)
        {
            if (_young.TryRemove(key, out _)) _youngCount--;
            _old.TryRemove(key, out _);
        }
    }

    private void Put(TKey key, TValue value, bool replace)
    {
        if (capacity == 0) return;

        lock (_changing)
        {
            if (_young.ContainsKey(key))
            {
                if (replace) _young[key] = value;
                return;
            }

            // Both generations are full before the older one goes: never more than twice the half.
            if (_youngCount >= _half) (_old, _young, _youngCount) = (_young, new(), 0);
            _young[key] = value;
            _youngCount++;
        }
    }
}
