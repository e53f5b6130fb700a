using Edge.Things;

namespace Edge.Xmpp.Routing;

/// <summary>To whom a client sent presence directly, and who is to be told when it goes (RFC 6121 §4.6.3). Mostly the session's own loop uses it;
/// another client of the account may block somebody (XEP-0191 §3.3).</summary>
internal sealed class DirectedPresence
{
    private readonly Lock _lock = new();
    private readonly HashSet<Jid> _addresses = [];

    /// <summary>Adds an address.</summary>
    /// <returns>False where there are <paramref name="most"/> already.</returns>
    public bool TryAdd(Jid to, int most)
    {
        lock (_lock)
        {
            if (_addresses.Count >= most && !_addresses.Contains(to)) return false;
            _addresses.Add(to);
            return true;
        }
    }

    public void Remove(Jid to)
    {
        lock (_lock) _addresses.Remove(to);
    }

    /// <summary>Removes the addresses of which <paramref name="which"/> is true, and returns them.</summary>
    public IReadOnlyList<Jid> Take(Predicate<Jid> which)
    {
        lock (_lock)
        {
            if (_addresses.Count == 0) return [];

            Jid[] taken = [.. _addresses.Where(a => which(a))];
            _addresses.ExceptWith(taken);
            return taken;
        }
    }
}
