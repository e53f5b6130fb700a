namespace Edge.Mqtt.Wire;

/// <summary>Cuts out of a PUBLISH's property section what is not the same for every receiver. One piece stays a piece of the section.</summary>
internal struct SharedProperties(ReadOnlyMemory<byte> section)
{
    private int _at;
    private int _start;
    private int _end;
    private byte[]? _copy;
    private int _copied;

    public readonly ReadOnlyMemory<byte> Result => _copy is null ? section[_start.._end] : _copy.AsMemory(0, _copied);

    /// <summary>The next property, which ends at <paramref name="end"/>.</summary>
    public void Next(PropertyId id, int end)
    {
        var (from, length) = (_at, end - _at);
        _at = end;
        if (id is PropertyId.MessageExpiry or PropertyId.TopicAlias or PropertyId.SubscriptionId) return;

        if (_copy is null && (_start == _end || _end == from))
        {
            if (_start == _end) _start = from;
            _end = end;
            return;
        }

        if (_copy is null)
        {
            _copy = new byte[section.Length];
            section[_start.._end].CopyTo(_copy);
            _copied = _end - _start;
        }

        section.Slice(from, length).CopyTo(_copy.AsMemory(_copied));
        _copied += length;
    }
}
