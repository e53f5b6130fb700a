namespace Edge.Protocol
{
    /// <summary>Checks UTF-8 (RFC 3629), because decoders differ in what they make of malformed bytes.</summary>
    internal static class Utf8
    {
        /// <summary>True where the bytes are well-formed: no overlong form, no surrogate, nothing above U+10FFFF.</summary>
        public static bool IsWellFormed(byte[] data, int offset, int count)
        {
            int end = offset + count;
            int i = offset;
            while (i < end)
            {
                int length = Length(data, i, end);
                if (length == 0) return false;
                i += length;
            }

            return true;
        }

        // The length of the sequence that begins at a place, or 0 where it is malformed (RFC 3629 §4).
        private static int Length(byte[] data, int at, int end)
        {
            int first = data[at];
            if (first < 0x80) return 1;
            if (first < 0xC2 || first > 0xF4) return 0;

            int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            if (at + length > end) return 0;

            int second = data[at + 1];
            int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
            int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
            if (second < low || second > high) return 0;

            for (int i = 2; i < length; i++)
            {
                if ((data[at + i] & 0xC0) != 0x80) return 0;
            }

            return length;
        }
    }
}
