using System.Collections.Concurrent;

namespace Edge.Things.Registry;

/// <summary>Counts failed claims per owner and minute: guessing keys must cost more time than a key is worth.</summary>
internal sealed class ClaimGuard(int maxFailuresPerMinute, TimeProvider clock)
{
    private const int MaxRemembered = 4_096; // then the minutes that are over are swept out
    private readonly ConcurrentDictionary<Jid, Failures> _failures = new();

    /// <summary>False where <paramref name="owner"/> has failed too often in this minute.</summary>
    public bool Allows(Jid owner) =>
        !_failures.TryGetValue(owner, out var failures) || IsOver(failures) || failures.Count < maxFailuresPerMinute;

    /// <summary>Notes that a claim of <paramref name="owner"/> matched nothing.</summary>
    public void Failed(Jid owner)
    {
        if (_failures.Count >= MaxRemembered)
        {
            foreach (var (key, failures) in _failures)
            {
                if (IsOver(failures)) _failures.TryRemove(key, out _);
            }
        }

        var now = clock.GetUtcNow();
        _failures.AddOrUpdate(owner, _ => new(now, 1), (_, old) => IsOver(old) ? new(now, 1) : old with { Count = old.Count + 1 });
    }

    private bool IsOver(Failures failures) => clock.GetUtcNow() - failures.Since >= TimeSpan.FromMinutes(1);

    private sealed record Failures(DateTimeOffset Since, int Count);
}
