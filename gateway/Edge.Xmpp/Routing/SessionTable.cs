using System.Collections.Concurrent;

using Edge.Things;

namespace Edge.Xmpp.Routing;

/// <summary>Who is online. Look-ups take no lock; each account's resources are an array that is replaced, never changed.</summary>
internal sealed class SessionTable
{
    private readonly ConcurrentDictionary<string, BoundResource[]> _accounts = new(StringComparer.Ordinal);

    /// <summary>Puts a resource in.</summary>
    /// <returns>False where the account has <paramref name="limit"/> resources already, or this one.</returns>
    public bool TryAdd(BoundResource resource, int limit)
    {
        while (true)
        {
            if (!_accounts.TryGetValue(resource.Jid.Local, out var known))
            {
                if (_accounts.TryAdd(resource.Jid.Local, [resource])) return true;
                continue;
            }

            if (known.Length >= limit || known.Any(r => r.Jid.Resource == resource.Jid.Resource)) return false;
            if (_accounts.TryUpdate(resource.Jid.Local, [.. known, resource], known)) return true;
        }
    }

    public bool Remove(BoundResource resource)
    {
        while (_accounts.TryGetValue(resource.Jid.Local, out var known) && known.Contains(resource))
        {
            BoundResource[] left = [.. known.Where(r => r != resource)];
            if (left.Length == 0 ? _accounts.TryRemove(new(resource.Jid.Local, known)) : _accounts.TryUpdate(resource.Jid.Local, left, known))
                return true;
        }

        return false;
    }

    /// <summary>Every resource of an account, available or not.</summary>
    public IReadOnlyList<BoundResource> Of(string local) => _accounts.GetValueOrDefault(local) ?? [];

    /// <summary>The resource at a full address here, or null.</summary>
    public BoundResource? Find(Jid full)
    {
        foreach (var resource in _accounts.GetValueOrDefault(full.Local) ?? [])
        {
            if (resource.Jid.Resource == full.Resource) return resource;
        }

        return null;
    }

    /// <summary>Everybody.</summary>
    public IEnumerable<BoundResource> All => _accounts.Values.SelectMany(r => r);
}
