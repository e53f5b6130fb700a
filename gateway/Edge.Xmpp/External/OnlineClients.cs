using Edge.Things;

namespace Edge.Xmpp.External;

/// <summary>Clients of the other server that were heard of: by their presence, or by what they asked. The other server knows better, and says so when
/// one of them is gone.</summary>
internal sealed class OnlineClients(LinkSetting setting)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Jid, List<Jid>> _resources = [];
    private int _count;

    /// <summary>Somebody was heard of at this full address.</summary>
    public void Seen(Jid full)
    {
        if (full.IsBare || full.Local.Length == 0) return;

        lock (_lock)
        {
            if (_resources.TryGetValue(full.Bare, out var known) && known[0] == full) return;

            Remove(full);
            if (_count >= setting.Options.MaxOnline) Remove(_resources.First().Value[^1]);
            if (!_resources.TryGetValue(full.Bare, out known)) _resources[full.Bare] = known = [];
            known.Insert(0, full);
            _count++;
        }
    }

    /// <summary>Nobody is there any more.</summary>
    public void Gone(Jid full)
    {
        lock (_lock) Remove(full);
    }

    /// <summary>The full addresses of an account, the one heard of last first.</summary>
    public IReadOnlyList<Jid> Of(Jid bare)
    {
        lock (_lock) return _resources.TryGetValue(bare.Bare, out var known) ? [.. known] : [];
    }

    private void Remove(Jid full)
    {
        if (!_resources.TryGetValue(full.Bare, out var known) || !known.Remove(full)) return;

        _count--;
        if (known.Count == 0) _resources.Remove(full.Bare);
    }
}
