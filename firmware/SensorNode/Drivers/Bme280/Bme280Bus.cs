using System;
using System.Device.I2c;

namespace SensorNode.Drivers.Bme280
{
    /// <summary>Reads and writes the chip's registers over I2C (data sheet BST-BME280-DS002, chapter 6.2).</summary>
    internal sealed class Bme280Bus : IDisposable
    {
        private readonly I2cDevice _device;
        private readonly byte[] _register = new byte[1];
        private readonly byte[] _write = new byte[2];

        public Bme280Bus(I2cDevice device)
        {
            _device = device;
        }

        /// <summary>Reads as many registers as <paramref name="values"/> has room for; false where the chip does not answer.</summary>
        public bool TryRead(byte register, byte[] values)
        {
            _register[0] = register;
            return _device.WriteRead(_register, values).Status == I2cTransferStatus.FullTransfer;
        }

        /// <summary>Writes a register; false where the chip does not answer.</summary>
        public bool TryWrite(byte register, byte value)
        {
            _write[0] = register;
            _write[1] = value;
            return _device.Write(_write).Status == I2cTransferStatus.FullTransfer;
        }

        public void Dispose()
        {
            _device.Dispose();
        }
    }
}
