using Edge.Xmpp.Modules;

namespace Edge.Xmpp.Routing;

/// <summary>
/// Keeps one client's requests to one service in order (RFC 6120 §10.1) without making the client's other traffic wait for them: a handler
/// may itself be waiting for an answer of that very client.
/// </summary>
internal sealed class RequestChains
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _tails = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The error for a request beyond <paramref name="limit"/>.</summary>
    public static StanzaError Full(int limit) =>
        StanzaError.ResourceConstraint with { Text = $"{limit} requests are being worked on (xmpp:maxRequestsPerSession). Wait for one." };

    /// <summary>Runs <paramref name="work"/> behind what is under way in the same <paramref name="turns"/>: <see cref="IStanzaSource.TurnsAt"/>.</summary>
    /// <returns>False where <paramref name="limit"/> requests are under way already.</returns>
    public bool TryRun(string turns, int limit, Func<Task> work)
    {
        if (Interlocked.Increment(ref _count) > limit)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        lock (_lock)
        {
            var next = _tails.TryGetValue(turns, out var tail) ? After(tail, work) : Begin(work);
            if (next.IsCompleted)
            {
                Interlocked.Decrement(ref _count);
                return true;
            }

            _tails[turns] = next;
            _ = ForgetAsync(turns, next);
        }

        return true;
    }

    // The handlers' first steps run on the caller's thread, under the lock of this one client only; most end there.
    private static Task Begin(Func<Task> work) => work();

    private static async Task After(Task tail, Func<Task> work)
    {
        await tail.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await work().ConfigureAwait(false);
    }

    private async Task ForgetAsync(string turns, Task done)
    {
        await done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _count);
        lock (_lock)
        {
            if (_tails.TryGetValue(turns, out var tail) && tail == done) _tails.Remove(turns);
        }
    }
}
