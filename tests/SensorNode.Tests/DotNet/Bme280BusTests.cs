#nullable enable
using System.Device.I2c;

using SensorNode.Drivers.Bme280;

using Xunit;

namespace SensorNode.Tests.DotNet;

/// <summary>The driver's bus half, on a simulated chip; only here, as a device has a real bus.</summary>
public sealed class Bme280BusTests
{
    private readonly byte[] _registers = new byte[256];
    private readonly List<(byte Register, byte Value)> _writes = [];
    private bool _answers = true;

    public Bme280BusTests()
    {
        _registers[0xD0] = 0x60;
        foreach (var register in (int[])[0x88, 0x8A, 0x8E, 0xE1]) _registers[register + 1] = 0x60;
    }

    [Fact]
    public void A_chip_is_set_up_once_and_the_mode_is_written_last()
    {
        var sensor = Sensor();
        Assert.True(sensor.TryRead(new double[3]));
        Assert.True(sensor.TryRead(new double[3]));
        Assert.Equal([(0xF5, 0xA0), (0xF2, 0x01), (0xF4, 0x27)], _writes);
    }

    [Fact]
    public void Another_chip_is_refused()
    {
        _registers[0xD0] = 0x58;
        Assert.False(Sensor().TryRead(new double[3]));
        Assert.Empty(_writes);
    }

    [Fact]
    public void A_chip_that_was_unplugged_is_set_up_anew()
    {
        var sensor = Sensor();
        Assert.True(sensor.TryRead(new double[3]));
        _answers = false;
        Assert.False(sensor.TryRead(new double[3]));
        Assert.False(sensor.TryRead(new double[3]));
        _answers = true;
        Assert.True(sensor.TryRead(new double[3]));
        Assert.Equal(6, _writes.Count);
    }

    private Bme280Sensor Sensor() => new(new Bme280Bus(new I2cDevice(Transfer)));

    private I2cTransferStatus Transfer(byte[] write, byte[] read)
    {
        if (!_answers) return I2cTransferStatus.SlaveAddressNotAcknowledged;

        if (write.Length == 2) _writes.Add((write[0], write[1]));
        _registers.AsSpan(write[0], read.Length).CopyTo(read);
        return I2cTransferStatus.FullTransfer;
    }
}
