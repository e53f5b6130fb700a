#nullable enable

// Stand-ins with the names and signatures that the firmware's drivers use of nanoFramework.System.Device.I2c 1.1.29 and of mscorlib's SpanByte;
// a test compiles the drivers against the whole true API.
namespace System
{
    /// <summary>nanoFramework's span, over a whole array.</summary>
    internal readonly ref struct SpanByte(byte[] array)
    {
        public byte[] Array { get; } = array;

        public static implicit operator SpanByte(byte[] array) => new(array);
    }
}

namespace System.Device.I2c
{
    internal enum I2cTransferStatus
    {
        UnknownError = 0,
        FullTransfer = 1,
        SlaveAddressNotAcknowledged = 4,
    }

    internal struct I2cTransferResult
    {
        public I2cTransferStatus Status { readonly get; set; }
    }

    /// <summary>A device on a simulated bus: what it does is told by who makes it.</summary>
    internal sealed class I2cDevice(Func<byte[], byte[], I2cTransferStatus> transfer) : IDisposable
    {
        public I2cTransferResult Write(SpanByte buffer) => new() { Status = transfer(buffer.Array, []) };

        public I2cTransferResult WriteRead(SpanByte writeBuffer, SpanByte readBuffer) => new() { Status = transfer(writeBuffer.Array, readBuffer.Array) };

        public void Dispose()
        {
        }
    }
}
