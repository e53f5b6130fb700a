using System.Collections.Concurrent;

namespace Edge.Identity.Tokens;

/// <summary>Copies of one key, so that several threads may check signatures at once: the framework's keys are for one thread at a time.</summary>
internal sealed class KeyPool<T>(Func<T> make) : IDisposable where T : class, IDisposable
{
    private readonly ConcurrentBag<T> _idle = [];
    private bool _isDisposed;

    /// <summary>A copy for one thread; give it back with <see cref="Return"/>.</summary>
    public T Rent() => _idle.TryTake(out var key) ? key : make();

    /// <summary>Takes a copy back.</summary>
    public void Return(T key)
    {
        if (_isDisposed || _idle.Count >= Environment.ProcessorCount) key.Dispose();
        else _idle.Add(key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var key)) key.Dispose();
    }
}
