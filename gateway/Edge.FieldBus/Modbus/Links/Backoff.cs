namespace Edge.FieldBus.Modbus.Links;

/// <summary>Waiting times that double up to a limit, each up to a fifth longer by chance, so that many who lost the same peer do not all
/// come back at once.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private TimeSpan? _next;

    /// <summary>How long to wait this time.</summary>
    public TimeSpan Next()
    {
        var wait = _next ?? first;
        _next = wait * 2 < longest ? wait * 2 : longest;
        return wait * (1 + Random.Shared.NextDouble() / 5);
    }

    /// <summary>Begins anew: it worked.</summary>
    public void Reset() => _next = null;
}
