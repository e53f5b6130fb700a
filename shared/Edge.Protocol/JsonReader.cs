using System.Text;

namespace Edge.Protocol
{
    /// <summary>
    /// Reads JSON (RFC 8259) within limits, strictly: no comments, no duplicate names, nothing after the value. Whole numbers become int or
    /// long, others <see cref="JsonNumber"/>.
    /// </summary>
    public sealed class JsonReader
    {
        /// <summary>The most bytes of a text: twice the longest message, which is telemetry with 4 KiB.</summary>
        public const int MaxBytes = 8192;

        /// <summary>The deepest nesting: a message holds lists of objects, so 4 are in use.</summary>
        public const int MaxDepth = 8;

        private readonly byte[] _data;
        private readonly int _end;
        private int _at;
        private bool _isBad;

        private JsonReader(byte[] data, int offset, int count)
        {
            _data = data;
            _at = offset;
            _end = offset + count;
        }

        /// <summary>Reads a value: <see cref="JsonObject"/>, <see cref="JsonArray"/>, string, bool, int, long or <see cref="JsonNumber"/>. Null where
        /// the bytes are no JSON, are the word null, or are over a limit.</summary>
        public static object Parse(byte[] data, int offset, int count)
        {
            if (data == null || count > MaxBytes || offset < 0 || count < 0 || offset + count > data.Length) return null;
            if (!Utf8.IsWellFormed(data, offset, count)) return null;

            JsonReader reader = new JsonReader(data, offset, count);
            object value = reader.Value(0);
            reader.SkipSpace();
            return reader._isBad || reader._at != reader._end ? null : value;
        }

        private object Value(int depth)
        {
            SkipSpace();
            if (_at >= _end || depth > MaxDepth) return Bad();

            switch (_data[_at])
            {
                case (byte)'{': return Object(depth);
                case (byte)'[': return Array(depth);
                case (byte)'"': return Text();
                case (byte)'t': return Word("true") ? (object)true : null;
                case (byte)'f': return Word("false") ? (object)false : null;
                case (byte)'n': return Word("null") ? null : null;
                default: return Number();
            }
        }

        private object Object(int depth)
        {
            JsonObject value = new JsonObject();
            _at++;
            if (Take('}')) return value;

            do
            {
                SkipSpace();
                string name = Text();
                if (_isBad || value.Has(name) || !Take(':')) return Bad();

                object member = Value(depth + 1);
                if (_isBad) return null;

                value.Set(name, member);
            }
            while (Take(','));

            return Take('}') ? value : Bad();
        }

        private object Array(int depth)
        {
            JsonArray value = new JsonArray();
            _at++;
            if (Take(']')) return value;

            do
            {
                object item = Value(depth + 1);
                if (_isBad) return null;

                value.Add(item);
            }
            while (Take(','));

            return Take(']') ? value : Bad();
        }

        private string Text()
        {
            if (_at >= _end || _data[_at] != '"') return (string)Bad();

            int start = ++_at;
            while (_at < _end && _data[_at] != '"' && _data[_at] != '\\' && _data[_at] >= ' ') _at++;
            if (_at < _end && _data[_at] == '"') return Encoding.UTF8.GetString(_data, start, _at++ - start);

            StringBuilder text = new StringBuilder();
            while (_at < _end)
            {
                text.Append(Encoding.UTF8.GetString(_data, start, _at - start));
                if (_data[_at] < ' ') return (string)Bad();
                if (_data[_at] == '"')
                {
                    _at++;
                    return text.ToString();
                }

                if (!Escape(text)) return (string)Bad();
                start = _at;
                while (_at < _end && _data[_at] != '"' && _data[_at] != '\\' && _data[_at] >= ' ') _at++;
            }

            return (string)Bad();
        }

        // At a backslash. Takes the escape, a pair of surrogates at once.
        private bool Escape(StringBuilder to)
        {
            if (++_at >= _end) return false;

            byte kind = _data[_at++];
            if (kind != 'u')
            {
                int place = "\"\\/bfnrt".IndexOf((char)kind);
                if (place < 0) return false;

                to.Append("\"\\/\b\f\n\r\t"[place]);
                return true;
            }

            int high = Hex4();
            // NUL is refused, as the device ends a text there.
            if (high <= 0 || (high >= 0xDC00 && high <= 0xDFFF)) return false;

            to.Append((char)high);
            if (high < 0xD800 || high > 0xDBFF) return true;
            if (_at + 1 >= _end || _data[_at] != '\\' || _data[_at + 1] != 'u') return false;

            _at += 2;
            int low = Hex4();
            to.Append((char)low);
            return low >= 0xDC00 && low <= 0xDFFF;
        }

        private int Hex4()
        {
            if (_at + 4 > _end) return -1;

            int value = 0;
            for (int i = 0; i < 4; i++)
            {
                int c = _data[_at++];
                int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
                if (digit < 0) return -1;
                value = (value * 16) + digit;
            }

            return value;
        }

        private object Number()
        {
            int start = _at;
            if (_data[_at] == '-') _at++;
            int digits = Digits();
            if (digits == 0 || (digits > 1 && _data[_at - digits] == '0')) return Bad();

            int decimals = 0;
            bool isWhole = true;
            if (_at < _end && _data[_at] == '.')
            {
                _at++;
                decimals = Digits();
                isWhole = false;
                if (decimals == 0) return Bad();
            }

            if (_at < _end && (_data[_at] == 'e' || _data[_at] == 'E'))
            {
                _at++;
                if (_at < _end && (_data[_at] == '-' || _data[_at] == '+')) _at++;
                if (Digits() == 0) return Bad();
                isWhole = false;
                decimals = -1;
            }

            return ToNumber(Encoding.UTF8.GetString(_data, start, _at - start), isWhole, digits, decimals);
        }

        private object ToNumber(string text, bool isWhole, int digits, int decimals)
        {
            // 18 digits always fit a long; longer whole numbers keep their size, not their last digits.
            if (isWhole && digits <= 18)
            {
                long value = long.Parse(text);
                return value >= int.MinValue && value <= int.MaxValue ? (object)(int)value : value;
            }

            double number;
            if (!double.TryParse(text, out number) || double.IsInfinity(number)) return Bad();
            return new JsonNumber(number, decimals == 0 ? -1 : decimals);
        }

        private int Digits()
        {
            int start = _at;
            while (_at < _end && _data[_at] >= '0' && _data[_at] <= '9') _at++;
            return _at - start;
        }

        private bool Word(string word)
        {
            for (int i = 0; i < word.Length; i++, _at++)
            {
                if (_at >= _end || _data[_at] != word[i])
                {
                    _isBad = true;
                    return false;
                }
            }

            return true;
        }

        private bool Take(char c)
        {
            SkipSpace();
            if (_at >= _end || _data[_at] != c) return false;

            _at++;
            return true;
        }

        private void SkipSpace()
        {
            while (_at < _end && (_data[_at] == ' ' || _data[_at] == '\t' || _data[_at] == '\n' || _data[_at] == '\r')) _at++;
        }

        private object Bad()
        {
            _isBad = true;
            return null;
        }
    }
}
