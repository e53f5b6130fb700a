using System.Collections;

namespace Edge.Protocol
{
    /// <summary>A JSON object of few members, in the order they were set. A list suits a message of ten keys better than a hash table does.</summary>
    public sealed class JsonObject
    {
        private readonly ArrayList _names = new ArrayList();
        private readonly ArrayList _values = new ArrayList();

        /// <summary>How many members.</summary>
        public int Count
        {
            get { return _names.Count; }
        }

        /// <summary>The name of the member at a place.</summary>
        public string NameAt(int index)
        {
            return (string)_names[index];
        }

        /// <summary>The value of the member at a place.</summary>
        public object ValueAt(int index)
        {
            return _values[index];
        }

        /// <summary>True where there is such a member.</summary>
        public bool Has(string name)
        {
            return IndexOf(name) >= 0;
        }

        /// <summary>The value, or null where there is no such member (or it is null).</summary>
        public object Get(string name)
        {
            int index = IndexOf(name);
            return index < 0 ? null : _values[index];
        }

        /// <summary>Sets a member: string, bool, int, long, double, <see cref="JsonNumber"/>, <see cref="JsonObject"/>, <see cref="JsonArray"/> or null.</summary>
        public JsonObject Set(string name, object value)
        {
            int index = IndexOf(name);
            if (index >= 0)
            {
                _values[index] = value;
            }
            else
            {
                _names.Add(name);
                _values.Add(value);
            }

            return this;
        }

        /// <summary>The text, or <paramref name="fallback"/> where there is none.</summary>
        public string GetString(string name, string fallback)
        {
            string value = Get(name) as string;
            return value == null ? fallback : value;
        }

        /// <summary>The whole number, or <paramref name="fallback"/> where there is none.</summary>
        public int GetInt(string name, int fallback)
        {
            object value = Get(name);
            return value is int ? (int)value : fallback;
        }

        /// <summary>The truth value, or <paramref name="fallback"/> where there is none.</summary>
        public bool GetBool(string name, bool fallback)
        {
            object value = Get(name);
            return value is bool ? (bool)value : fallback;
        }

        /// <summary>The number, whole or not, or <paramref name="fallback"/> where there is none.</summary>
        public double GetDouble(string name, double fallback)
        {
            object value = Get(name);
            if (value is int) return (int)value;
            if (value is long) return (long)value;
            if (value is double) return (double)value;
            JsonNumber number = value as JsonNumber;
            return number == null ? fallback : number.Value;
        }

        /// <summary>The object, or null where there is none.</summary>
        public JsonObject GetObject(string name)
        {
            return Get(name) as JsonObject;
        }

        /// <summary>The list, or null where there is none.</summary>
        public JsonArray GetArray(string name)
        {
            return Get(name) as JsonArray;
        }

        /// <summary>The object as UTF-8.</summary>
        public byte[] ToBytes()
        {
            return JsonWriter.ToBytes(this);
        }

        /// <summary>The object as text.</summary>
        public override string ToString()
        {
            return JsonWriter.ToText(this);
        }

        /// <summary>Reads an object; null where the bytes are no JSON object, or over <see cref="JsonReader"/>'s limits.</summary>
        public static JsonObject Parse(byte[] data, int offset, int count)
        {
            return JsonReader.Parse(data, offset, count) as JsonObject;
        }

        private int IndexOf(string name)
        {
            for (int i = 0; i < _names.Count; i++)
            {
                if ((string)_names[i] == name) return i;
            }

            return -1;
        }
    }
}
