namespace Edge.Benchmarks.Load;

/// <summary>A client: connects with its credentials, subscribes where it has a filter, and is ready.</summary>
internal class MqttPeer(ClientSetup setup) : Peer
{
    private const byte ConnAck = 0x20;
    private const byte SubAck = 0x90;

    /// <summary>True once the server has answered all that.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Which version it speaks, 4 or 5.</summary>
    protected int Version => setup.Version;

    /// <summary>Called once, when it is ready.</summary>
    protected virtual void OnReady()
    {
    }

    /// <summary>A packet of a client that is ready.</summary>
    protected virtual void OnMessage(byte first, ReadOnlySpan<byte> body)
    {
    }

    /// <summary>Sends CONNECT as soon as there is a connection.</summary>
    public void Begin() => Send(Packets.Connect(setup.Version, setup.Login, setup.IsPersistent));

    /// <inheritdoc/>
    public override string ToString() => setup.Login.ClientId;

    protected sealed override ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 2)
        {
            int length = bytes[1], header = 2;
            if (length >= 0x80)
            {
                if (bytes.Length < 3) break;
                length = (length & 0x7F) | (bytes[2] << 7); // 16 KiB are the most that a benchmark sends
                header = 3;
            }

            if (bytes.Length < header + length) break;
            OnPacket(bytes[0], bytes.Slice(header, length));
            if (!IsOpen) return [];
            bytes = bytes[(header + length)..];
        }

        return bytes;
    }

    private void OnPacket(byte first, ReadOnlySpan<byte> body)
    {
        if (IsReady) OnMessage(first, body);
        else if (first == ConnAck) OnConnected(body);
        else if (first == SubAck) OnSubscribed(body);
        else throw new IOException($"The server sent {this} a packet that begins with {first:X2} where it owed an answer.");
    }

    protected void Send(ReadOnlySpan<byte> packet) => packet.CopyTo(Post(packet.Length));

    private void OnConnected(ReadOnlySpan<byte> body)
    {
        if (body[1] != 0) throw new IOException($"The server refused {this}: CONNACK {body[1]:X2}. Run again with --keep-logs and look at its log.");
        if (setup.Filter is { } filter) Send(Packets.Subscribe(setup.Version, filter, setup.QoS));
        else BeReady();
    }

    private void OnSubscribed(ReadOnlySpan<byte> body)
    {
        if (body[^1] >= 0x80) throw new IOException($"The server refused the subscription of {this}: SUBACK {body[^1]:X2}.");
        BeReady();
    }

    private void BeReady()
    {
        IsReady = true;
        OnReady();
    }
}

/// <summary>How a client connects.</summary>
/// <param name="Version">4 or 5.</param>
/// <param name="Login">Who it is.</param>
/// <param name="Filter">What it subscribes to; null for nothing.</param>
/// <param name="QoS">With which quality of service.</param>
/// <param name="IsPersistent">Whether its session outlives the connection.</param>
internal sealed record ClientSetup(int Version, Login Login, string? Filter = null, int QoS = 0, bool IsPersistent = false);
