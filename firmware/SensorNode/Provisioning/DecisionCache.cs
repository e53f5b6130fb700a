using System.Collections;
using System.Text;

namespace SensorNode.Provisioning
{
    /// <summary>
    /// Answers of the provisioning server (XEP-0324 §3.5, §5.2), the least recently used first. The oldest goes when it is full, and what nobody
    /// used for a day. Written in batches, so that flash lasts; a clear is written at once, since it takes rights away.
    /// </summary>
    internal sealed class DecisionCache
    {
        /// <summary>The most answers: a node has a handful of friends, each with a few requests. About 5 KiB when full.</summary>
        public const int Capacity = 32;

        /// <summary>The longest key and list that are kept, in bytes; what is longer is asked each time. A full cache then fits its file.</summary>
        public const int MaxEntryBytes = 480;

        /// <summary>Unused answers go after a day, in milliseconds.</summary>
        public const long MaxIdle = 24L * 60 * 60 * 1000;

        /// <summary>A new answer is written this many milliseconds later, with what came in the meantime.</summary>
        public const int WriteDelay = 30000;

        /// <summary>The order of use alone is written this rarely: with one use a second, flash would wear out in weeks otherwise.</summary>
        public const int TouchDelay = 3600000;

        private readonly CacheFile _file;
        private readonly ArrayList _entries;
        private long _writeDue = long.MaxValue;

        public DecisionCache(CacheFile file, long now)
        {
            _file = file;
            _entries = file.Load(now);
        }

        /// <summary>How many answers there are.</summary>
        public int Count
        {
            get { return _entries.Count; }
        }

        /// <summary>An answer, which counts as used now; null where there is none.</summary>
        public CacheEntry Find(string key, long now)
        {
            int index = IndexOf(key);
            if (index < 0) return null;

            CacheEntry entry = (CacheEntry)_entries[index];
            if (now - entry.UsedAt >= MaxIdle)
            {
                _entries.RemoveAt(index);
                Due(now + TouchDelay);
                return null;
            }

            entry.UsedAt = now;
            _entries.RemoveAt(index);
            _entries.Add(entry);
            Due(now + TouchDelay);
            return entry;
        }

        /// <summary>Keeps an answer; one of the same key is replaced.</summary>
        public void Add(string key, bool allowed, string[] names, long now)
        {
            Remove(key, now);
            if (Length(key, names) > MaxEntryBytes) return;

            if (_entries.Count >= Capacity) _entries.RemoveAt(0);
            _entries.Add(new CacheEntry(key, allowed, names, now));
            Due(now + WriteDelay);
        }

        /// <summary>Forgets an answer.</summary>
        public void Remove(string key, long now)
        {
            int index = IndexOf(key);
            if (index < 0) return;

            _entries.RemoveAt(index);
            Due(now + WriteDelay);
        }

        /// <summary>Forgets all answers that begin with one of the prefixes; at once, on flash too.</summary>
        public void RemoveStartingWith(string[] prefixes, long now)
        {
            bool any = false;
            for (int i = _entries.Count - 1; i >= 0; i--)
            {
                string key = ((CacheEntry)_entries[i]).Key;
                for (int p = 0; p < prefixes.Length; p++)
                {
                    if (!key.StartsWith(prefixes[p])) continue;

                    _entries.RemoveAt(i);
                    any = true;
                    break;
                }
            }

            if (any) Flush(now);
        }

        /// <summary>Forgets all; false where the file could not be removed.</summary>
        public bool Clear()
        {
            _entries.Clear();
            _writeDue = long.MaxValue;
            return _file.Delete();
        }

        /// <summary>Writes what is due, and drops what is too old.</summary>
        public void Tick(long now)
        {
            if (now < _writeDue) return;

            Flush(now);
        }

        /// <summary>Writes now what was not written: before an orderly end.</summary>
        public void Flush(long now)
        {
            for (int i = _entries.Count - 1; i >= 0; i--)
            {
                if (now - ((CacheEntry)_entries[i]).UsedAt >= MaxIdle) _entries.RemoveAt(i);
            }

            // Where flash fails, the next change tries again: the cache in memory serves on.
            _file.Save(_entries, now);
            _writeDue = long.MaxValue;
        }

        /// <summary>True while something is not written yet.</summary>
        public bool IsDirty
        {
            get { return _writeDue != long.MaxValue; }
        }

        private void Due(long at)
        {
            if (at < _writeDue) _writeDue = at;
        }

        private int IndexOf(string key)
        {
            for (int i = _entries.Count - 1; i >= 0; i--)
            {
                if (((CacheEntry)_entries[i]).Key == key) return i;
            }

            return -1;
        }

        private static int Length(string key, string[] names)
        {
            int length = Encoding.UTF8.GetBytes(key).Length;
            for (int i = 0; names != null && i < names.Length; i++) length += Encoding.UTF8.GetBytes(names[i]).Length + 2;
            return length;
        }
    }
}
