namespace SensorNode.Storage
{
    /// <summary>The checksum of zip and Ethernet (IEEE 802.3), bit by bit: the files are small and a table would cost 1 KiB of memory.</summary>
    internal static class Crc32
    {
        public static uint Of(byte[] data, int offset, int count)
        {
            uint crc = 0xFFFFFFFF;
            for (int i = offset; i < offset + count; i++)
            {
                crc ^= data[i];
                for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }

            return crc ^ 0xFFFFFFFF;
        }
    }
}
