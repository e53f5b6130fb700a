using System.Collections;

namespace Edge.Protocol
{
    /// <summary>A SenML pack in JSON (RFC 8428 §5): a list of records. Numbers, truth values and texts are served; sums and data are not.</summary>
    public sealed class SenMLPack
    {
        private const int NewestVersion = 10; // RFC 8428 §4.4: what bver means where it is left out

        private readonly ArrayList _records = new ArrayList();

        /// <summary>How many records.</summary>
        public int Count
        {
            get { return _records.Count; }
        }

        /// <summary>The record at a place.</summary>
        public SenMLRecord Get(int index)
        {
            return (SenMLRecord)_records[index];
        }

        /// <summary>Adds a record.</summary>
        public SenMLPack Add(SenMLRecord record)
        {
            _records.Add(record);
            return this;
        }

        /// <summary>The pack as UTF-8.</summary>
        public byte[] ToBytes()
        {
            return ToArray().ToBytes();
        }

        /// <summary>The pack as a list, to be put into a message.</summary>
        public JsonArray ToArray()
        {
            JsonArray array = new JsonArray();
            for (int i = 0; i < Count; i++) array.Add(Write(Get(i)));
            return array;
        }

        /// <summary>Reads a pack; null where the bytes are none.</summary>
        public static SenMLPack Parse(byte[] data, int offset, int count)
        {
            return FromArray(JsonArray.Parse(data, offset, count));
        }

        /// <summary>Reads a pack out of a message; null where the list is none.</summary>
        public static SenMLPack FromArray(JsonArray array)
        {
            if (array == null) return null;

            SenMLPack pack = new SenMLPack();
            SenMLBase defaults = new SenMLBase();
            for (int i = 0; i < array.Count; i++)
            {
                JsonObject item = array.GetObject(i);
                if (item == null || !defaults.Take(item) || defaults.Version > NewestVersion) return null;

                SenMLRecord record = defaults.Resolve(item);
                if (record == null) return null;

                // A record of base values only tells nothing itself.
                if (record.Kind != SenMLKind.None) pack.Add(record);
            }

            return pack;
        }

        private static JsonObject Write(SenMLRecord record)
        {
            JsonObject item = new JsonObject();
            item.Set("n", record.Name);
            if (record.Unit != null) item.Set("u", record.Unit);
            if (record.Kind == SenMLKind.Number) item.Set("v", Number(record));
            if (record.Kind == SenMLKind.Boolean) item.Set("vb", record.Boolean);
            if (record.Kind == SenMLKind.Text) item.Set("vs", record.Text);
            if (record.Time != 0) item.Set("t", record.Time);
            return item;
        }

        private static object Number(SenMLRecord record)
        {
            if (double.IsNaN(record.Number) || double.IsInfinity(record.Number)) return null;

            return new JsonNumber(record.Number, record.Decimals);
        }
    }
}
