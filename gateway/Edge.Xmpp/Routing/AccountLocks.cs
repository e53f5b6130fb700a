namespace Edge.Xmpp.Routing;

/// <summary>Lets one at a time change what an account has. Accounts share some locks: a few are enough.</summary>
internal sealed class AccountLocks : IDisposable
{
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for its turn; whoever disposes the result gives it on.</summary>
    public async ValueTask<Turn> EnterAsync(string account, CancellationToken cancel)
    {
        var gate = _locks[(uint)StringComparer.Ordinal.GetHashCode(account) % (uint)_locks.Length];
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        return new(gate);
    }

    public void Dispose()
    {
        foreach (var gate in _locks) gate.Dispose();
    }

    internal readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
