using System.Net;

namespace Edge.Transport;

/// <summary>
/// How fast connections of one address come: so many a second on average, and a burst at once. Addresses share places by a hash that nobody outside can foresee,
/// so that memory stays the same however many there are; two that share one share its rate. Not thread-safe.
/// </summary>
internal sealed class ArrivalRate(ConnectionLimits limits, TimeProvider clock)
{
    private const int Places = 4096;

    private readonly long _cost = clock.TimestampFrequency / limits.RatePerAddress;
    private readonly int _seed = Random.Shared.Next();
    private long[]? _paidUntil;

    /// <summary>Counts one more; false, and not counted, where its address comes too fast.</summary>
    public bool TryTake(IPAddress address)
    {
        _paidUntil ??= new long[Places]; // only where anybody comes over the network
        ref var paidUntil = ref _paidUntil[(uint)HashCode.Combine(_seed, address) % Places];
        var now = clock.GetTimestamp();
        var next = Math.Max(paidUntil, now) + _cost;
        if (next - now > _cost * limits.BurstPerAddress) return false;

        paidUntil = next;
        return true;
    }
}
