using System;
using System.IO;

namespace SensorNode.Storage
{
    /// <summary>
    /// A small file that is replaced as a whole and survives a power cut at any moment: the new one is written beside the old, then takes its
    /// place. A checksum tells a damaged file, which counts as missing. Layout: 'E', version 1, checksum (4 bytes, low first), content.
    /// </summary>
    internal sealed class RecordFile
    {
        /// <summary>The largest content: a node has little memory, so a larger file is damage.</summary>
        public const int MaxBytes = 16384;

        private const int HeaderLength = 6;
        private const byte Magic = (byte)'E';
        private const byte Version = 1;

        private readonly string _path;
        private readonly string _newPath;

        public RecordFile(string folder, string name)
        {
            _path = Path.Combine(folder, name);
            _newPath = _path + ".new";
        }

        /// <summary>The content, or null where there is none, or none that is whole.</summary>
        public byte[] Read()
        {
            byte[] content = Read(_path);

            // Power may have failed after the old file was removed and before the new one was in its place.
            return content == null ? Read(_newPath) : content;
        }

        /// <summary>Replaces the content; false where the storage fails, which leaves the old one.</summary>
        public bool Write(byte[] content)
        {
            if (content.Length > MaxBytes) return false;

            try
            {
                File.WriteAllBytes(_newPath, Framed(content));
                if (File.Exists(_path)) File.Delete(_path);
                File.Move(_newPath, _path);
                return true;
            }
            catch (Exception)
            {
                // Full or worn-out flash: the caller goes on with what is in memory and tells it.
                return false;
            }
        }

        /// <summary>Removes the file; false where the storage fails.</summary>
        public bool Delete()
        {
            try
            {
                if (File.Exists(_path)) File.Delete(_path);
                if (File.Exists(_newPath)) File.Delete(_newPath);
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        private static byte[] Framed(byte[] content)
        {
            byte[] file = new byte[HeaderLength + content.Length];
            file[0] = Magic;
            file[1] = Version;
            uint crc = Crc32.Of(content, 0, content.Length);
            for (int i = 0; i < 4; i++) file[2 + i] = (byte)(crc >> (8 * i));
            Array.Copy(content, 0, file, HeaderLength, content.Length);
            return file;
        }

        private static byte[] Read(string path)
        {
            try
            {
                if (!File.Exists(path)) return null;

                byte[] file = File.ReadAllBytes(path);
                if (file.Length < HeaderLength || file.Length > HeaderLength + MaxBytes || file[0] != Magic || file[1] != Version) return null;

                uint crc = 0;
                for (int i = 3; i >= 0; i--) crc = (crc << 8) | file[2 + i];
                if (crc != Crc32.Of(file, HeaderLength, file.Length - HeaderLength)) return null;

                byte[] content = new byte[file.Length - HeaderLength];
                Array.Copy(file, HeaderLength, content, 0, content.Length);
                return content;
            }
            catch (Exception)
            {
                // A file that cannot be read is treated like a damaged one.
                return null;
            }
        }
    }
}
