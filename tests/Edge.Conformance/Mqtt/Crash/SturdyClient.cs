using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

using Edge.Mqtt.Wire;

namespace Edge.Conformance.Mqtt.Crash;

/// <summary>Who a client is.</summary>
internal sealed record Identity(string ClientId, string Token, ProtocolVersion Version);

/// <summary>A client whose own state outlives every connection, so that it can judge what a broker makes of the same promise. It is told when to connect, and never
/// does so by itself.</summary>
internal abstract class SturdyClient(Identity identity) : IAsyncDisposable
{
    private const uint SessionSeconds = 3600;

    private Socket? _socket;
    private Task _reading = Task.CompletedTask;

    /// <summary>Guards the state of the client that derives from this, and what it sends.</summary>
    protected Lock State { get; } = new();

    /// <summary>What the broker did wrong; null for nothing.</summary>
    public string? Fault { get; private set; }

    protected ProtocolVersion Version => identity.Version;

    /// <summary>Connects, goes on with what is open, and returns whether the broker has its session.</summary>
    public async Task<bool> ConnectAsync(int port, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
        var input = PipeReader.Create(new NetworkStream(socket, ownsSocket: true));
        await socket.SendAsync(new ConnectPacket
        {
            ClientId = identity.ClientId,
            UserName = identity.ClientId,
            Password = identity.Token,
            CleanSession = false,
            SessionExpirySeconds = SessionSeconds,
        }.ToBytes(Version), cancel);
        var answer = ConnAckPacket.Read(await ReadAsync(input, cancel) ?? throw new IOException("The broker closed the connection without CONNACK."), Version);
        if (answer.Reason != Edge.Mqtt.MqttReason.Success) throw new IOException($"CONNACK {answer.Reason}.");

        lock (State)
        {
            _socket = socket;
            Resume();
        }

        _reading = ReadAllAsync(input);
        return answer.SessionPresent;
    }

    /// <summary>Completes when the connection is gone.</summary>
    public Task LostAsync() => _reading.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Breaks the connection off.</summary>
    public async Task LeaveAsync()
    {
        _socket?.Dispose();
        await LostAsync();
    }

    public async ValueTask DisposeAsync() => await LeaveAsync();

    /// <summary>What a client does first on a new connection. Called under the lock.</summary>
    protected abstract void Resume();

    /// <summary>Deals with a packet. Called under the lock.</summary>
    protected abstract void OnPacket(PacketFrame frame);

    /// <summary>Sends, where there is a connection. What is lost with one is sent again on the next.</summary>
    protected void Send(byte[] packet)
    {
        try
        {
            _socket?.Send(packet);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _socket = null;
        }
    }

    protected void Complain(string fault) => Fault ??= $"{identity.ClientId}: {fault}";

    private async Task ReadAllAsync(PipeReader input)
    {
        try
        {
            while (await ReadAsync(input, CancellationToken.None) is { } frame)
            {
                lock (State) OnPacket(frame);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The broker was killed.
        }
        catch (MqttProtocolException e)
        {
            Complain(e.Message);
        }
        finally
        {
            lock (State) _socket = null;
            await input.CompleteAsync();
        }
    }

    private static async ValueTask<PacketFrame?> ReadAsync(PipeReader input, CancellationToken cancel)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancel);
            var buffer = result.Buffer;
            if (PacketFrame.TryRead(ref buffer, int.MaxValue, out var frame))
            {
                frame = frame with { Body = frame.Body.ToArray() };
                input.AdvanceTo(buffer.Start);
                return frame;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return null;
        }
    }
}
