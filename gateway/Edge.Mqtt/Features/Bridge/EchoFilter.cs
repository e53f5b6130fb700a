namespace Edge.Mqtt.Features.Bridge;

/// <summary>
/// Recognises what comes straight back: a 3.1.1 broker sends a client its own messages where it subscribes to them. Known by topic and content for a short
/// time, once for each sending; somebody else's message with the very same content may be taken for it, and then nothing is lost but a repetition.
/// </summary>
internal sealed class EchoFilter(TimeProvider clock)
{
    // An echo is on its way for as long as the peer needs, which is little; the bound keeps a peer that never echoes from filling memory.
    private const int MaxRemembered = 4096;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Queue<(int Hash, long At)> _sent = [];
    private readonly Dictionary<int, Queue<long>> _times = [];

    public void Sent(string topic, ReadOnlySpan<byte> payload)
    {
        var (hash, now) = (Hash(topic, payload), clock.GetTimestamp());
        lock (_lock)
        {
            while (_sent.TryPeek(out var oldest) && (_sent.Count >= MaxRemembered || clock.GetElapsedTime(oldest.At) > Memory)) Forget(_sent.Dequeue());
            _sent.Enqueue((hash, now));
            if (!_times.TryGetValue(hash, out var times)) _times.Add(hash, times = []);
            times.Enqueue(now);
        }
    }

    /// <summary>True where this is one's own message coming back; each counts once.</summary>
    public bool IsEcho(string topic, ReadOnlySpan<byte> payload)
    {
        var hash = Hash(topic, payload);
        lock (_lock)
        {
            if (!_times.TryGetValue(hash, out var times)) return false;

            var at = times.Dequeue();
            if (times.Count == 0) _times.Remove(hash);
            return clock.GetElapsedTime(at) <= Memory;
        }
    }

    // Where the echo has come, there is nothing left to forget.
    private void Forget((int Hash, long At) sent)
    {
        if (!_times.TryGetValue(sent.Hash, out var times) || times.Peek() != sent.At) return;

        times.Dequeue();
        if (times.Count == 0) _times.Remove(sent.Hash);
    }

    private static int Hash(string topic, ReadOnlySpan<byte> payload)
    {
        var hash = new HashCode();
        hash.Add(topic, StringComparer.Ordinal);
        hash.AddBytes(payload);
        return hash.ToHashCode();
    }
}
