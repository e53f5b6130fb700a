using System.Collections;

namespace Edge.Protocol
{
    /// <summary>A list of JSON values: string, bool, int, long, <see cref="JsonNumber"/>, <see cref="JsonObject"/>, <see cref="JsonArray"/>, null.</summary>
    public sealed class JsonArray
    {
        private readonly ArrayList _items = new ArrayList();

        /// <summary>How many.</summary>
        public int Count
        {
            get { return _items.Count; }
        }

        /// <summary>The value at a place.</summary>
        public object Get(int index)
        {
            return _items[index];
        }

        /// <summary>The text at a place, or null where it is no text.</summary>
        public string GetString(int index)
        {
            return _items[index] as string;
        }

        /// <summary>The object at a place, or null where it is no object.</summary>
        public JsonObject GetObject(int index)
        {
            return _items[index] as JsonObject;
        }

        /// <summary>Adds a value at the end.</summary>
        public JsonArray Add(object value)
        {
            _items.Add(value);
            return this;
        }

        /// <summary>The list as UTF-8.</summary>
        public byte[] ToBytes()
        {
            return JsonWriter.ToBytes(this);
        }

        /// <summary>The list as text.</summary>
        public override string ToString()
        {
            return JsonWriter.ToText(this);
        }

        /// <summary>Reads a list; null where the bytes are no JSON list, or over <see cref="JsonReader"/>'s limits.</summary>
        public static JsonArray Parse(byte[] data, int offset, int count)
        {
            return JsonReader.Parse(data, offset, count) as JsonArray;
        }
    }
}
