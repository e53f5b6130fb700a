using System.Collections;
using System.Text;

namespace Edge.Protocol
{
    /// <summary>
    /// The URI on a thing's sticker: <c>iotdisco:SN=98734;MAN=example.org;#V=1.0;KEY=…;R=registry.example.org</c> (XEP-0347 §3.6). Values are written
    /// with a backslash before <c>;</c>, <c>\</c> and <c>%</c>; read are backslashes and percent codes, since other generators use those.
    /// </summary>
    public sealed class IotDiscoUri
    {
        /// <summary>The scheme with its colon.</summary>
        public const string Scheme = "iotdisco:";

        /// <summary>The most characters of a URI: a QR code of a size that a phone reads easily holds fewer.</summary>
        public const int MaxLength = 2048;

        /// <summary>The most tags of a URI.</summary>
        public const int MaxTags = 32;

        private readonly DiscoTag[] _tags;

        private IotDiscoUri(DiscoTag[] tags)
        {
            _tags = tags;
        }

        /// <summary>The tags in their order.</summary>
        public DiscoTag[] Tags
        {
            get { return _tags; }
        }

        /// <summary>A URI of these tags.</summary>
        public static IotDiscoUri Build(DiscoTag[] tags)
        {
            return new IotDiscoUri(tags);
        }

        /// <summary>The tag of this name (without regard to case), or null.</summary>
        public DiscoTag Find(string name)
        {
            for (int i = 0; i < _tags.Length; i++)
            {
                if (_tags[i].Name.ToUpper() == name.ToUpper()) return _tags[i];
            }

            return null;
        }

        /// <summary>Reads a claim URI; null where the text is none, a name is used twice, or a limit is passed.</summary>
        public static IotDiscoUri Parse(string text)
        {
            if (text == null || text.Length > MaxLength || text.Length <= Scheme.Length) return null;
            if (text.Substring(0, Scheme.Length).ToLower() != Scheme) return null;

            ArrayList tags = new ArrayList();
            int at = Scheme.Length;
            while (at < text.Length)
            {
                DiscoTag tag = ReadTag(text, ref at);
                if (tag == null || tags.Count == MaxTags) return null;

                for (int i = 0; i < tags.Count; i++)
                {
                    if (((DiscoTag)tags[i]).Name.ToUpper() == tag.Name.ToUpper()) return null;
                }

                tags.Add(tag);
            }

            return new IotDiscoUri((DiscoTag[])tags.ToArray(typeof(DiscoTag)));
        }

        /// <summary>The URI as text.</summary>
        public override string ToString()
        {
            StringBuilder text = new StringBuilder();
            text.Append(Scheme);
            for (int i = 0; i < _tags.Length; i++)
            {
                if (i > 0) text.Append(';');
                if (_tags[i].IsNumber) text.Append('#');
                text.Append(_tags[i].Name);
                text.Append('=');
                Escape(text, _tags[i].IsNumber ? _tags[i].Number.ToString() : _tags[i].Text);
            }

            return text.ToString();
        }

        private static void Escape(StringBuilder to, string value)
        {
            for (int i = 0; i < value.Length; i++)
            {
                if (value[i] == ';' || value[i] == '\\' || value[i] == '%') to.Append('\\');
                to.Append(value[i]);
            }
        }

        // Reads "[#]name=value" up to the next bare semicolon, which is taken as well.
        private static DiscoTag ReadTag(string text, ref int at)
        {
            bool isNumber = text[at] == '#';
            if (isNumber) at++;
            int equals = text.IndexOf('=', at);
            if (equals <= at) return null;

            string name = text.Substring(at, equals - at);
            if (!IsName(name)) return null;

            at = equals + 1;
            string value = ReadValue(text, ref at);
            if (value == null) return null;
            if (!isNumber) return new DiscoTag(name, value);

            // Parsers differ in the white space, signs and words that they take for a number.
            double number;
            return IsDigits(value) && double.TryParse(value, out number) && !double.IsNaN(number) && !double.IsInfinity(number) ? new DiscoTag(name, number) : null;
        }

        private static string ReadValue(string text, ref int at)
        {
            byte[] bytes = new byte[(text.Length - at) * 3];
            int count = 0;
            while (at < text.Length)
            {
                char c = text[at++];
                if (c == ';') break;

                if (c == '%' && at + 1 < text.Length && HexDigit(text[at]) >= 0 && HexDigit(text[at + 1]) >= 0)
                {
                    bytes[count++] = (byte)((HexDigit(text[at]) * 16) + HexDigit(text[at + 1]));
                    at += 2;
                    continue;
                }

                if (c == '\\')
                {
                    if (at == text.Length) return null;
                    c = text[at++];
                }

                int length = IsHighSurrogate(c) && at < text.Length ? 2 : 1;
                byte[] plain = Encoding.UTF8.GetBytes(length == 2 ? text.Substring(at - 1, 2) : c.ToString());
                at += length - 1;
                for (int i = 0; i < plain.Length; i++) bytes[count++] = plain[i];
            }

            return Utf8.IsWellFormed(bytes, 0, count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
        }

        private static bool IsDigits(string value)
        {
            for (int i = 0; i < value.Length; i++)
            {
                char c = value[i];
                if (!((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E')) return false;
            }

            return value.Length > 0;
        }

        private static bool IsHighSurrogate(char c)
        {
            return c >= 0xD800 && c <= 0xDBFF;
        }

        private static bool IsName(string name)
        {
            if (name.Length > 64) return false; // XEP-0347: names of tags are short; 64 is the registry's limit

            for (int i = 0; i < name.Length; i++)
            {
                char c = name[i];
                if (c <= ' ' || c == ':' || c == '#' || c == '=' || c == '<' || c == '>' || c == '~' || c == ';' || c == '\\' || c == '%') return false;
            }

            return true;
        }

        private static int HexDigit(char c)
        {
            return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        }
    }
}
