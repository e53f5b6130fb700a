namespace Edge.Xmpp.Routing;

/// <summary>What modules remember of one session, one object of each type. There are few, and they are looked at often: an array that is
/// replaced when one is put in, and read without a lock.</summary>
internal sealed class ModuleStates
{
    private object[] _states = [];

    public T? Get<T>() where T : class
    {
        foreach (var state in Volatile.Read(ref _states))
        {
            if (state is T found) return found;
        }

        return null;
    }

    /// <summary>Puts one in, in place of any of the same type.</summary>
    public void Set<T>(T state) where T : class
    {
        object[] before, after;
        do
        {
            before = Volatile.Read(ref _states);
            after = [.. before.Where(s => s is not T), state];
        }
        while (Interlocked.CompareExchange(ref _states, after, before) != before);
    }
}
