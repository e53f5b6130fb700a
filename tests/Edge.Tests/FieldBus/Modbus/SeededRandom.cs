namespace Edge.Tests.FieldBus.Modbus;

/// <summary>The same numbers on every machine and every run.</summary>
internal sealed class SeededRandom(int seed)
{
    private ulong _state = ((ulong)seed + 1) * 0x9E3779B97F4A7C15;

    public ulong NextLong()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return _state;
    }

    public int Next(int below) => (int)(NextLong() % (ulong)below);

    public byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)NextLong())];
}
