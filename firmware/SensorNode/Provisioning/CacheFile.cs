using System.Collections;
using System.IO;
using System.Text;
using SensorNode.Storage;

namespace SensorNode.Provisioning
{
    /// <summary>
    /// The cache on flash: per answer its idle minutes, its key and what it allows. Times are kept as minutes since the last use, as the board's
    /// clock starts anew with each boot; hours without power do not count.
    /// </summary>
    internal sealed class CacheFile
    {
        private const byte Refused = 0, AllowedAll = 1, AllowedSome = 2;
        private const int MillisecondsPerMinute = 60000;
        private readonly RecordFile _file;

        public CacheFile(string folder)
        {
            _file = new RecordFile(folder, "cache");
        }

        /// <summary>The answers, the least recently used first; none where the file is missing or damaged.</summary>
        public ArrayList Load(long now)
        {
            ArrayList entries = new ArrayList();
            byte[] content = _file.Read();
            int at = 0;
            while (content != null && at < content.Length && entries.Count < DecisionCache.Capacity)
            {
                CacheEntry entry = ReadEntry(content, ref at, now);

                // The checksum held, so this is another version's format: begin anew.
                if (entry == null) return new ArrayList();
                entries.Add(entry);
            }

            return entries;
        }

        /// <summary>Replaces the file; false where the storage fails.</summary>
        public bool Save(ArrayList entries, long now)
        {
            using (MemoryStream stream = new MemoryStream())
            {
                for (int i = 0; i < entries.Count; i++) WriteEntry(stream, (CacheEntry)entries[i], now);
                return _file.Write(stream.ToArray());
            }
        }

        /// <summary>Removes the file; false where the storage fails.</summary>
        public bool Delete()
        {
            return _file.Delete();
        }

        private static void WriteEntry(MemoryStream stream, CacheEntry entry, long now)
        {
            long minutes = (now - entry.UsedAt) / MillisecondsPerMinute;
            WriteNumber(stream, minutes < 0 ? 0 : (int)minutes);
            WriteText(stream, entry.Key);
            stream.WriteByte(!entry.Allowed ? Refused : entry.Names == null ? AllowedAll : AllowedSome);
            if (!entry.Allowed || entry.Names == null) return;

            WriteNumber(stream, entry.Names.Length);
            for (int i = 0; i < entry.Names.Length; i++) WriteText(stream, entry.Names[i]);
        }

        private static CacheEntry ReadEntry(byte[] data, ref int at, long now)
        {
            int minutes = ReadNumber(data, ref at);
            string key = ReadText(data, ref at);
            if (minutes < 0 || key == null || at >= data.Length || data[at] > AllowedSome) return null;

            byte kind = data[at++];
            string[] names = null;
            if (kind == AllowedSome)
            {
                int count = ReadNumber(data, ref at);
                if (count < 0 || count > DecisionCache.MaxEntryBytes) return null;

                names = new string[count];
                for (int i = 0; i < count; i++)
                {
                    names[i] = ReadText(data, ref at);
                    if (names[i] == null) return null;
                }
            }

            return new CacheEntry(key, kind != Refused, names, now - ((long)minutes * MillisecondsPerMinute));
        }

        private static void WriteNumber(MemoryStream stream, int value)
        {
            stream.WriteByte((byte)value);
            stream.WriteByte((byte)(value >> 8));
        }

        private static void WriteText(MemoryStream stream, string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            WriteNumber(stream, bytes.Length);
            stream.Write(bytes, 0, bytes.Length);
        }

        private static int ReadNumber(byte[] data, ref int at)
        {
            if (data.Length - at < 2) return -1;

            int value = data[at] | (data[at + 1] << 8);
            at += 2;
            return value;
        }

        private static string ReadText(byte[] data, ref int at)
        {
            int length = ReadNumber(data, ref at);
            if (length < 0 || data.Length - at < length) return null;

            string text = Encoding.UTF8.GetString(data, at, length);
            at += length;
            return text;
        }
    }
}
