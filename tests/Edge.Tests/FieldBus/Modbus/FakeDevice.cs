using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;

using Edge.FieldBus.Modbus.Wire;
using Edge.Transport;

namespace Edge.Tests.FieldBus.Modbus;

/// <summary>A device at the other end of a pair of pipes, which answers as a test tells it to.</summary>
internal sealed class FakeDevice
{
    private Pipe? _toMaster;

    /// <summary>The answer to a request of a unit; null is silence.</summary>
    public Func<byte, byte[], byte[]?> Answer { get; set; } = (_, _) => null;

    /// <summary>Set, nobody answers the call.</summary>
    public bool IsGone { get; set; }

    /// <summary>How often it was called, and how often it took the call.</summary>
    public int Calls { get; private set; }

    /// <summary>See <see cref="Calls"/>.</summary>
    public int Connections { get; private set; }

    /// <summary>Every request that came, with its transaction.</summary>
    public ConcurrentQueue<(ushort Transaction, byte Unit, byte[] Pdu)> Requests { get; } = new();

    /// <summary>A device whose registers hold their own address, and whose coils are on at odd addresses.</summary>
    public static FakeDevice OfAddresses() => new() { Answer = (_, request) => Simulate(request) };

    public static byte[] Simulate(byte[] request)
    {
        var (address, count) = (request[1] << 8 | request[2], request[3] << 8 | request[4]);
        if (request[0] > 4) return request[..5];
        if (request[0] > 2)
        {
            var registers = Enumerable.Range(address, count).SelectMany(a => new[] { (byte)(a >> 8), (byte)a });
            return [request[0], (byte)(count * 2), .. registers];
        }

        var bits = new byte[(count + 7) / 8];
        for (var i = 0; i < count; i++) bits[i / 8] |= (byte)(((address + i) & 1) << (i % 8));
        return [request[0], (byte)bits.Length, .. bits];
    }

    public static byte[] Refuse(byte[] request, int code) => [(byte)(request[0] | 0x80), (byte)code];

    public Task<Stream> ConnectAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Calls++;
        if (IsGone) throw new IOException("Nobody there.");

        Connections++;
        Pipe toMaster = new(), toDevice = new();
        _toMaster = toMaster;
        _ = Task.Run(() => ServeAsync(toDevice.Reader, toMaster.Writer), cancel);
        return Task.FromResult<Stream>(new DuplexPipeStream(new Ends(toMaster.Reader, toDevice.Writer)));
    }

    /// <summary>Sends bytes of the device's own accord.</summary>
    public async Task SendAsync(byte[] bytes) => await _toMaster!.Writer.WriteAsync(bytes);

    /// <summary>Ends the connection from the device's side.</summary>
    public void HangUp() => _toMaster?.Writer.Complete();

    private async Task ServeAsync(PipeReader reader, PipeWriter writer)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            var buffer = result.Buffer;
            while (ModbusTcpFrame.TryRead(ref buffer, out var frame))
            {
                Requests.Enqueue((frame.Transaction, frame.Unit, frame.Pdu.ToArray()));
                if (Answer(frame.Unit, frame.Pdu.ToArray()) is { } answer)
                    await writer.WriteAsync(ModbusTcpFrame.Write(frame.Transaction, frame.Unit, answer));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return;
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
