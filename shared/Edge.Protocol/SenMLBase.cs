namespace Edge.Protocol
{
    /// <summary>The base values in force while a pack is read (RFC 8428 §4.1): each holds until another record sets it.</summary>
    internal sealed class SenMLBase
    {
        private string _name = "";
        private string _unit;
        private double _time;
        private double _value;

        /// <summary>The pack's version (<c>bver</c>).</summary>
        public int Version { get; private set; } = 10;

        /// <summary>Takes over the base values of a record; false where one has the wrong type, or the record has a label that must be
        /// understood and is not (one that ends with an underscore, §4.4).</summary>
        public bool Take(JsonObject item)
        {
            for (int i = 0; i < item.Count; i++)
            {
                string label = item.NameAt(i);
                object value = item.ValueAt(i);
                switch (label)
                {
                    case "bn":
                        _name = value as string;
                        if (_name == null) return false;
                        break;
                    case "bu":
                        _unit = value as string;
                        if (_unit == null) return false;
                        break;
                    case "bt":
                        _time = item.GetDouble(label, double.NaN);
                        if (double.IsNaN(_time)) return false;
                        break;
                    case "bv":
                        _value = item.GetDouble(label, double.NaN);
                        if (double.IsNaN(_value)) return false;
                        break;
                    case "bver":
                        Version = item.GetInt(label, int.MaxValue);
                        break;
                    default:
                        if (label.Length > 0 && label[label.Length - 1] == '_') return false;
                        break;
                }
            }

            return true;
        }

        /// <summary>The record with base values applied; null where it is malformed.</summary>
        public SenMLRecord Resolve(JsonObject item)
        {
            int values = (item.Has("v") ? 1 : 0) + (item.Has("vb") ? 1 : 0) + (item.Has("vs") ? 1 : 0) + (item.Has("vd") ? 1 : 0);
            if (values > 1 || !IsText(item, "n") || !IsText(item, "u") || double.IsNaN(item.GetDouble("t", item.Has("t") ? double.NaN : 0))) return null;

            SenMLRecord record = new SenMLRecord();
            record.Name = _name + item.GetString("n", "");
            record.Unit = item.GetString("u", _unit);
            record.Time = _time + item.GetDouble("t", 0);
            if (item.Has("v"))
            {
                double number = item.GetDouble("v", double.NaN);
                if (double.IsNaN(number)) return null;

                JsonNumber written = item.Get("v") as JsonNumber;
                record.Kind = SenMLKind.Number;
                record.Number = _value + number;
                record.Decimals = written == null ? 0 : written.Decimals;
            }
            else if (item.Has("vb"))
            {
                if (!(item.Get("vb") is bool)) return null;

                record.Kind = SenMLKind.Boolean;
                record.Boolean = item.GetBool("vb", false);
            }
            else if (item.Has("vs"))
            {
                record.Kind = SenMLKind.Text;
                record.Text = item.GetString("vs", null);
                if (record.Text == null) return null;
            }

            // A value needs a name (§4.5.1), from the base or its own.
            return record.Kind != SenMLKind.None && !IsName(record.Name) ? null : record;
        }

        private static bool IsText(JsonObject item, string label)
        {
            return !item.Has(label) || item.Get(label) is string;
        }

        // Letters, digits and - : . / _, beginning with a letter or digit (§4.5.1), so that a name is safe in a topic of its own or a URL.
        private static bool IsName(string name)
        {
            for (int i = 0; i < name.Length; i++)
            {
                char c = name[i];
                bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                if (!isPlain && (i == 0 || (c != '-' && c != ':' && c != '.' && c != '/' && c != '_'))) return false;
            }

            return name.Length > 0;
        }
    }
}
