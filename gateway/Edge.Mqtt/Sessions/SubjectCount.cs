namespace Edge.Mqtt.Sessions;

/// <summary>Counts per subject and in all, up to limits.</summary>
internal sealed class SubjectCount
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _total;

    public bool TryAdd(string subject, int mostOfSubject, int mostInAll)
    {
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(subject);
            if (count >= mostOfSubject || _total >= mostInAll) return false;

            _counts[subject] = count + 1;
            _total++;
            return true;
        }
    }

    public void Remove(string subject)
    {
        lock (_lock)
        {
            if (!_counts.TryGetValue(subject, out var count)) return;

            if (count == 1) _counts.Remove(subject);
            else _counts[subject] = count - 1;
            _total--;
        }
    }
}
