using System.Buffers.Binary;
using System.Text;

using Edge.FieldBus.Modbus.Definitions;
using Edge.FieldBus.Modbus.Wire;

using Microsoft.Extensions.Logging;

namespace Edge.FieldBus.Modbus.Simulation;

/// <summary>
/// A household energy meter that does not exist: mains with a little ripple, a load that comes and goes, an energy counter, and a relay that
/// cuts the load. It says in its model and in its registers that it is simulated. Its definition is an ordinary node file.
/// </summary>
internal sealed partial class SimulatedMeter : IModbusBank, IAsyncDisposable
{
    private const byte Unit = 1;
    private const double StartEnergy = 1_234.5; // kWh: a new meter at zero would look broken

    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly ModbusServer _server;
    private DateTimeOffset _countedUntil;
    private double _energy = StartEnergy;
    private bool _relay = true;

    private SimulatedMeter(int port, TimeProvider clock)
    {
        (_clock, _countedUntil) = (clock, clock.GetUtcNow());
        _server = ModbusServer.Start(port, new Dictionary<byte, IModbusBank> { [Unit] = this });
    }

    /// <summary>The port it listens on.</summary>
    public int Port => _server.Port;

    /// <summary>Its node file, with the port that it has.</summary>
    public ModbusNodeDefinition Definition => ReadDefinition() with { Endpoint = new("127.0.0.1", Port) };

    /// <summary>Starts it on loopback; where <paramref name="port"/> is taken, on a free one.</summary>
    public static SimulatedMeter Start(int port, TimeProvider clock, ILogger logger)
    {
        SimulatedMeter meter;
        try
        {
            meter = new(port, clock);
        }
        catch (System.Net.Sockets.SocketException e) when (port != 0)
        {
            meter = new(0, clock);
            LogPortTaken(logger, port, meter.Port, e.Message);
        }

        LogStarted(logger, meter.Port);
        return meter;
    }

    public bool? ReadBit(ModbusTable table, ushort address)
    {
        lock (_lock) return table == ModbusTable.Coil && address == 0 ? _relay : null;
    }

    public bool WriteCoil(ushort address, bool value)
    {
        if (address != 0) return false;

        lock (_lock)
        {
            Count();
            _relay = value;
            return true;
        }
    }

    public bool WriteRegister(ushort address, ushort value) => false;

    public ushort? ReadRegister(ModbusTable table, ushort address) => table switch
    {
        ModbusTable.Input => Measured(address),
        ModbusTable.Holding => Text(address),
        _ => null,
    };

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Float32, high word first: voltage 0, current 2, power 4, frequency 6, power factor 8, energy 10.</summary>
    private ushort? Measured(ushort address)
    {
        if (address >= 12) return null;

        var value = (address / 2) switch
        {
            0 => Voltage(),
            1 => Current(),
            2 => Voltage() * Current() * PowerFactor(),
            3 => 50 + 0.02 * Wave(17),
            4 => PowerFactor(),
            _ => Energy(),
        };
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, (float)value);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes[(address % 2 * 2)..]);
    }

    /// <summary>Sixteen registers of text at 100: what this is.</summary>
    private static ushort? Text(ushort address)
    {
        if (address is < 100 or >= 116) return null;

        Span<byte> text = stackalloc byte[32];
        text.Clear();
        Encoding.ASCII.GetBytes("Simulated by Edge, no real meter", text);
        return BinaryPrimitives.ReadUInt16BigEndian(text[((address - 100) * 2)..]);
    }

    private double Voltage() => 230 + 1.5 * Wave(61) + 0.4 * Wave(7);

    private double Current()
    {
        lock (_lock) return _relay ? 3.2 + 1.1 * Wave(97) + 0.3 * Wave(11) : 0;
    }

    private double PowerFactor() => 0.95 + 0.02 * Wave(31);

    private double Energy()
    {
        lock (_lock)
        {
            Count();
            return _energy;
        }
    }

    /// <summary>Counts what has flowed since the last look; the load's mean is near enough for a toy.</summary>
    private void Count()
    {
        var now = _clock.GetUtcNow();
        var hours = Math.Max(0, (now - _countedUntil).TotalHours);
        if (_relay) _energy += Voltage() * Current() * PowerFactor() / 1000 * hours;
        _countedUntil = now;
    }

    /// <summary>A sine over time, -1 to 1, with this many seconds to a turn.</summary>
    private double Wave(double seconds) => Math.Sin(_clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 % seconds / seconds * Math.Tau);

    private static ModbusNodeDefinition ReadDefinition()
    {
        const string Resource = "Edge.FieldBus.Modbus.Simulation.simulated-meter.yaml";
        using var reader = new StreamReader(typeof(SimulatedMeter).Assembly.GetManifestResourceStream(Resource)!);
        return NodeFile.Read("simulated-meter.yaml", reader.ReadToEnd(), []).Single();
    }

    [LoggerMessage(EventId = 5200, Level = LogLevel.Information, Message = "A simulated energy meter listens on port {Port} (Modbus TCP, loopback only)")]
    private static partial void LogStarted(ILogger logger, int port);

    [LoggerMessage(EventId = 5201, Level = LogLevel.Warning, Message = "Port {Port} for the simulated meter cannot be had ({Why}); it takes {Other}")]
    private static partial void LogPortTaken(ILogger logger, int port, int other, string why);
}
