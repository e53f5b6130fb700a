using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Edge.Storage;
using Edge.Xmpp.Routing;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.OfflineMessages;

/// <summary>A message that waits.</summary>
/// <param name="Stanza">The whole stanza.</param>
/// <param name="At">When it came.</param>
internal sealed record OfflineMessage(string Stanza, DateTimeOffset At);

/// <summary>The messages that wait, one document each, in the order in which they came. What is added is durable when that returns.</summary>
internal sealed class OfflineStore(IStorage storage, IOptions<OfflineOptions> options, TimeProvider clock) : IDisposable
{
    private const string StoreName = "xmpp-offline";
    private const int PageSize = 100; // read at once
    private const int CachedBoxes = 10_000; // three numbers each; a full cache just starts anew

    private readonly IStore<OfflineMessage> _store = storage.Open<OfflineMessage>(StoreName);
    private readonly ConcurrentDictionary<string, Box> _boxes = new(StringComparer.Ordinal);
    private readonly AccountLocks _locks = new();

    /// <summary>How much waits for one account.</summary>
    private sealed record Box(int Count, long Bytes, long Next, DateTimeOffset Oldest)
    {
        public static Box Empty { get; } = new(0, 0, 1, DateTimeOffset.MaxValue);
    }

    /// <summary>Adds a message, unless <paramref name="isNeedless"/> says under the account's lock that somebody takes it after all.</summary>
    /// <returns>True where it is stored, false where the account has as much as it may, null where it was needless.</returns>
    public async ValueTask<bool?> TryAddAsync(string account, OfflineMessage message, Func<bool> isNeedless, CancellationToken cancel)
    {
        using var turn = await _locks.EnterAsync(account, cancel).ConfigureAwait(false);
        if (isNeedless()) return null;

        var box = await LoadAsync(account, cancel).ConfigureAwait(false);
        var limits = options.Value;
        var bytes = SizeOf(message);
        if ((box.Count >= limits.MaxMessages || box.Bytes + bytes > limits.MaxBytes) && IsOver(box.Oldest))
            box = await RemoveOldAsync(account, cancel).ConfigureAwait(false);
        if (box.Count >= limits.MaxMessages || box.Bytes + bytes > limits.MaxBytes) return false;

        await _store.SaveAsync(KeyOf(account, box.Next), message, CancellationToken.None).ConfigureAwait(false);
        var oldest = box.Oldest < message.At ? box.Oldest : message.At;
        _boxes[account] = new(box.Count + 1, box.Bytes + bytes, box.Next + 1, oldest);
        return true;
    }

    /// <summary>True where nothing waits.</summary>
    public async ValueTask<bool> IsEmptyAsync(string account, CancellationToken cancel)
    {
        using var turn = await _locks.EnterAsync(account, cancel).ConfigureAwait(false);
        return (await LoadAsync(account, cancel).ConfigureAwait(false)).Count == 0;
    }

    /// <summary>The oldest messages that wait, at most a hundred, without those that <paramref name="isHeld"/> says are on their way.</summary>
    public async ValueTask<IReadOnlyList<KeyValuePair<string, OfflineMessage>>> OldestAsync(string account, Predicate<string> isHeld, CancellationToken cancel)
    {
        using (await _locks.EnterAsync(account, cancel).ConfigureAwait(false))
        {
            var box = await LoadAsync(account, cancel).ConfigureAwait(false);
            if (box.Count > 0 && IsOver(box.Oldest)) await RemoveOldAsync(account, cancel).ConfigureAwait(false);
        }

        var page = new List<KeyValuePair<string, OfflineMessage>>();
        await foreach (var entry in _store.ListAsync(account + "/", cancel).ConfigureAwait(false))
        {
            if (!isHeld(entry.Key)) page.Add(entry);
            if (page.Count == PageSize) break;
        }

        return page;
    }

    /// <summary>Removes messages that were delivered, by their keys, and counts the rest: some may have run out meanwhile.</summary>
    public async ValueTask RemoveAsync(string account, IReadOnlyCollection<string> keys, CancellationToken cancel)
    {
        using var turn = await _locks.EnterAsync(account, cancel).ConfigureAwait(false);
        await DeleteAsync(keys).ConfigureAwait(false);
        await RecountAsync(account, cancel).ConfigureAwait(false);
    }

    /// <summary>Removes everything that waits for an account.</summary>
    public async ValueTask ClearAsync(string account, CancellationToken cancel)
    {
        using var turn = await _locks.EnterAsync(account, cancel).ConfigureAwait(false);
        var keys = new List<string>();
        await foreach (var (key, _) in _store.ListAsync(account + "/", cancel).ConfigureAwait(false)) keys.Add(key);
        await DeleteAsync(keys).ConfigureAwait(false);
        await RecountAsync(account, cancel).ConfigureAwait(false);
    }

    /// <summary>Removes what has waited for too long, of one account, and counts the rest. Called under its lock.</summary>
    private async ValueTask<Box> RemoveOldAsync(string account, CancellationToken cancel)
    {
        var old = new List<string>();
        await foreach (var (key, message) in _store.ListAsync(account + "/", cancel).ConfigureAwait(false))
        {
            if (IsOver(message.At)) old.Add(key);
        }

        await DeleteAsync(old).ConfigureAwait(false);
        return await RecountAsync(account, cancel).ConfigureAwait(false);
    }

    // Numbers are not given again, or a message that is on its way could be taken for another. Called under the account's lock.
    private async ValueTask<Box> RecountAsync(string account, CancellationToken cancel)
    {
        _boxes.TryRemove(account, out var former);
        var box = await LoadAsync(account, cancel).ConfigureAwait(false);
        return _boxes[account] = box with { Next = Math.Max(box.Next, former?.Next ?? 1) };
    }

    private async ValueTask<Box> LoadAsync(string account, CancellationToken cancel)
    {
        if (_boxes.TryGetValue(account, out var known)) return known;

        var box = Box.Empty;
        await foreach (var (key, message) in _store.ListAsync(account + "/", cancel).ConfigureAwait(false))
        {
            var number = long.Parse(key.AsSpan(account.Length + 1), CultureInfo.InvariantCulture);
            box = new(box.Count + 1, box.Bytes + SizeOf(message), number + 1, box.Oldest < message.At ? box.Oldest : message.At);
        }

        if (_boxes.Count >= CachedBoxes) _boxes.Clear();
        return _boxes[account] = box;
    }

    private async ValueTask DeleteAsync(IEnumerable<string> keys)
    {
        var batch = new StoreBatch();
        foreach (var key in keys) batch.Delete(StoreName, key);
        await storage.CommitAsync(batch, CancellationToken.None).ConfigureAwait(false);
    }

    private bool IsOver(DateTimeOffset at) => at != DateTimeOffset.MaxValue && clock.GetUtcNow() - at > TimeSpan.FromDays(options.Value.KeepDays);

    private static long SizeOf(OfflineMessage message) => Encoding.UTF8.GetByteCount(message.Stanza);

    private static string KeyOf(string account, long number) => string.Create(CultureInfo.InvariantCulture, $"{account}/{number:D15}");

    public void Dispose() => _locks.Dispose();
}
