namespace Edge.Benchmarks.Load;

/// <summary>Publishes QoS 0 as fast as its socket takes it, and knows no window.</summary>
internal sealed class FloodPublisher : MqttPeer
{
    private const int BlockBytes = 64 * 1024;

    private readonly byte[] _block;
    private readonly int _packetBytes;
    private int _start;
    private long _bytes;
    private bool _isFlooding;
    private bool _isStopping;

    public FloodPublisher(ClientSetup setup, string topic)
        : base(setup)
    {
        var packet = Packets.Publish(setup.Version, topic, 0, Payload.Bytes);
        _packetBytes = packet.Length;
        _block = [.. Enumerable.Repeat(packet, BlockBytes / packet.Length).SelectMany(p => p)];
    }

    /// <summary>How many whole messages the socket has taken.</summary>
    public long Sent => _bytes / _packetBytes;

    /// <summary>True once it has stopped at the end of a message.</summary>
    public bool IsStopped => _isStopping && _bytes % _packetBytes == 0;

    /// <summary>Begins.</summary>
    public void Start()
    {
        _isFlooding = true;
        Block(); // level-triggered: each turn comes at once where there is room
    }

    /// <summary>Ends it with the message that it is in.</summary>
    public void Stop() => _isStopping = true;

    internal override void OnWritable()
    {
        if (!_isFlooding || IsStopped)
        {
            base.OnWritable();
            return;
        }

        var end = _isStopping ? _start + _packetBytes - (int)(_bytes % _packetBytes) : _block.Length;
        var sent = LoopbackSocket.Send(Handle, _block.AsSpan(_start, end - _start));
        _bytes += sent;
        _start = (_start + sent) % _block.Length;
    }
}
