using System.Text;

namespace Edge.Protocol
{
    /// <summary>Writes JSON (RFC 8259).</summary>
    internal static class JsonWriter
    {
        private const string Hex = "0123456789abcdef";

        public static byte[] ToBytes(object value)
        {
            return Encoding.UTF8.GetBytes(ToText(value));
        }

        public static string ToText(object value)
        {
            StringBuilder text = new StringBuilder();
            Write(text, value);
            return text.ToString();
        }

        private static void Write(StringBuilder to, object value)
        {
            if (value == null) to.Append("null");
            else if (value is string) WriteString(to, (string)value);
            else if (value is bool) to.Append((bool)value ? "true" : "false");
            else if (value is JsonObject) WriteObject(to, (JsonObject)value);
            else if (value is JsonArray) WriteArray(to, (JsonArray)value);
            else if (value is double) WriteDouble(to, (double)value);
            else to.Append(value.ToString());
        }

        // JSON has no word for infinity or "not a number": null says that there is no value.
        private static void WriteDouble(StringBuilder to, double value)
        {
            to.Append(double.IsNaN(value) || double.IsInfinity(value) ? "null" : value.ToString());
        }

        private static void WriteObject(StringBuilder to, JsonObject value)
        {
            to.Append('{');
            for (int i = 0; i < value.Count; i++)
            {
                if (i > 0) to.Append(',');
                WriteString(to, value.NameAt(i));
                to.Append(':');
                Write(to, value.ValueAt(i));
            }

            to.Append('}');
        }

        private static void WriteArray(StringBuilder to, JsonArray value)
        {
            to.Append('[');
            for (int i = 0; i < value.Count; i++)
            {
                if (i > 0) to.Append(',');
                Write(to, value.Get(i));
            }

            to.Append(']');
        }

        private static void WriteString(StringBuilder to, string value)
        {
            to.Append('"');
            for (int i = 0; i < value.Length; i++)
            {
                char c = value[i];
                if (c == '"' || c == '\\')
                {
                    to.Append('\\');
                    to.Append(c);
                }
                else if (c < ' ')
                {
                    to.Append("\\u00");
                    to.Append(Hex[c >> 4]);
                    to.Append(Hex[c & 15]);
                }
                else
                {
                    to.Append(c);
                }
            }

            to.Append('"');
        }
    }
}
