using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

using Edge.FieldBus.Modbus.Wire;

namespace Edge.FieldBus.Modbus.Simulation;

/// <summary>The registers that a simulated unit shows. Reads give null, writes false, where there is no such address.</summary>
internal interface IModbusBank
{
    /// <summary>A bit.</summary>
    bool? ReadBit(ModbusTable table, ushort address);

    /// <summary>A register.</summary>
    ushort? ReadRegister(ModbusTable table, ushort address);

    /// <summary>Sets a coil.</summary>
    bool WriteCoil(ushort address, bool value);

    /// <summary>Sets a holding register.</summary>
    bool WriteRegister(ushort address, ushort value);
}

/// <summary>A small Modbus TCP server on loopback for simulated units.</summary>
internal sealed class ModbusServer : IAsyncDisposable
{
    private const int MaxConnections = 16; // a demo has one master; more are a mistake

    private readonly IReadOnlyDictionary<byte, IModbusBank> _units;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<TcpClient, Task> _clients = new();
    private readonly Task _accepting;

    private ModbusServer(TcpListener listener, IReadOnlyDictionary<byte, IModbusBank> units)
    {
        (_listener, _units) = (listener, units);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Listens on <paramref name="port"/>, or on a free one where that is 0.</summary>
    public static ModbusServer Start(int port, IReadOnlyDictionary<byte, IModbusBank> units)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return new(listener, units);
    }

    /// <summary>Answers one request.</summary>
    public static byte[] Answer(IModbusBank bank, ReadOnlySpan<byte> request) => (ModbusFunction)request[0] switch
    {
        ModbusFunction.ReadCoils => ReadBits(bank, ModbusTable.Coil, request),
        ModbusFunction.ReadDiscreteInputs => ReadBits(bank, ModbusTable.DiscreteInput, request),
        ModbusFunction.ReadHoldingRegisters => ReadRegisters(bank, ModbusTable.Holding, request),
        ModbusFunction.ReadInputRegisters => ReadRegisters(bank, ModbusTable.Input, request),
        ModbusFunction.WriteSingleCoil => WriteCoil(bank, request),
        ModbusFunction.WriteSingleRegister => WriteRegister(bank, request),
        ModbusFunction.WriteMultipleCoils => WriteCoils(bank, request),
        ModbusFunction.WriteMultipleRegisters => WriteRegisters(bank, request),
        _ => Refuse(request, ModbusException.IllegalFunction),
    };

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false); // before the listener stops under its feet
        _listener.Stop();
        foreach (var (client, _) in _clients) client.Dispose();
        await Task.WhenAll(_clients.Values).ConfigureAwait(false);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token).ConfigureAwait(false);
                if (_clients.Count >= MaxConnections)
                {
                    client.Dispose();
                    continue;
                }

                var noted = new TaskCompletionSource(); // it must be in the list before it can leave it
                _clients[client] = ServeAsync(client, noted.Task);
                noted.SetResult();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client, Task noted)
    {
        await noted.ConfigureAwait(false);
        try
        {
            client.NoDelay = true;
            var stream = client.GetStream();
            var reader = PipeReader.Create(stream);
            while (true)
            {
                var result = await reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
                var buffer = result.Buffer;
                while (ModbusTcpFrame.TryRead(ref buffer, out var frame))
                {
                    if (!_units.TryGetValue(frame.Unit, out var bank)) continue; // nobody there: silence, as on a wire

                    var answer = ModbusTcpFrame.Write(frame.Transaction, frame.Unit, Answer(bank, frame.Pdu.ToArray()));
                    await stream.WriteAsync(answer, _stopping.Token).ConfigureAwait(false);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or ModbusProtocolException)
        {
            // The master has gone, or does not speak Modbus.
        }
        finally
        {
            client.Dispose();
            _clients.TryRemove(client, out _);
        }
    }

    private static byte[] ReadBits(IModbusBank bank, ModbusTable table, ReadOnlySpan<byte> request)
    {
        if (!TryRange(request, 5, ModbusCodes.MaxBits, out var address, out var count)) return Refuse(request, ModbusException.IllegalDataValue);

        var answer = new byte[2 + (count + 7) / 8];
        (answer[0], answer[1]) = (request[0], (byte)(answer.Length - 2));
        for (var i = 0; i < count; i++)
        {
            if (address + i > ushort.MaxValue || bank.ReadBit(table, (ushort)(address + i)) is not { } bit)
                return Refuse(request, ModbusException.IllegalDataAddress);
            if (bit) answer[2 + i / 8] |= (byte)(1 << (i % 8));
        }

        return answer;
    }

    private static byte[] ReadRegisters(IModbusBank bank, ModbusTable table, ReadOnlySpan<byte> request)
    {
        if (!TryRange(request, 5, ModbusCodes.MaxRegisters, out var address, out var count)) return Refuse(request, ModbusException.IllegalDataValue);

        var answer = new byte[2 + count * 2];
        (answer[0], answer[1]) = (request[0], (byte)(count * 2));
        for (var i = 0; i < count; i++)
        {
            if (address + i > ushort.MaxValue || bank.ReadRegister(table, (ushort)(address + i)) is not { } register)
                return Refuse(request, ModbusException.IllegalDataAddress);
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2 + i * 2), register);
        }

        return answer;
    }

    private static byte[] WriteCoil(IModbusBank bank, ReadOnlySpan<byte> request)
    {
        if (request.Length != 5 || request[4] != 0 || request[3] is not (0 or 0xFF)) return Refuse(request, ModbusException.IllegalDataValue);
        return bank.WriteCoil(BinaryPrimitives.ReadUInt16BigEndian(request[1..]), request[3] != 0)
            ? request.ToArray()
            : Refuse(request, ModbusException.IllegalDataAddress);
    }

    private static byte[] WriteRegister(IModbusBank bank, ReadOnlySpan<byte> request)
    {
        if (request.Length != 5) return Refuse(request, ModbusException.IllegalDataValue);
        return bank.WriteRegister(BinaryPrimitives.ReadUInt16BigEndian(request[1..]), BinaryPrimitives.ReadUInt16BigEndian(request[3..]))
            ? request.ToArray()
            : Refuse(request, ModbusException.IllegalDataAddress);
    }

    private static byte[] WriteCoils(IModbusBank bank, ReadOnlySpan<byte> request)
    {
        if (!TryRange(request, 6, ModbusCodes.MaxWrittenBits, out var address, out var count)
            || request[5] != (count + 7) / 8 || request.Length != 6 + request[5])
            return Refuse(request, ModbusException.IllegalDataValue);

        for (var i = 0; i < count; i++)
        {
            if (!bank.WriteCoil((ushort)(address + i), (request[6 + i / 8] >> (i % 8) & 1) != 0)) return Refuse(request, ModbusException.IllegalDataAddress);
        }

        return request[..5].ToArray();
    }

    private static byte[] WriteRegisters(IModbusBank bank, ReadOnlySpan<byte> request)
    {
        if (!TryRange(request, 6, ModbusCodes.MaxWrittenRegisters, out var address, out var count)
            || request[5] != count * 2 || request.Length != 6 + request[5])
            return Refuse(request, ModbusException.IllegalDataValue);

        for (var i = 0; i < count; i++)
        {
            if (!bank.WriteRegister((ushort)(address + i), BinaryPrimitives.ReadUInt16BigEndian(request[(6 + i * 2)..])))
                return Refuse(request, ModbusException.IllegalDataAddress);
        }

        return request[..5].ToArray();
    }

    private static bool TryRange(ReadOnlySpan<byte> request, int minLength, int most, out ushort address, out int count)
    {
        (address, count) = (0, 0);
        if (request.Length < minLength) return false;

        address = BinaryPrimitives.ReadUInt16BigEndian(request[1..]);
        count = BinaryPrimitives.ReadUInt16BigEndian(request[3..]);
        return count >= 1 && count <= most;
    }

    private static byte[] Refuse(ReadOnlySpan<byte> request, ModbusException code) => [(byte)(request[0] | ModbusCodes.ExceptionFlag), (byte)code];
}
