using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Edge.TestKit.Mqtt;

/// <summary>The properties of MQTT 5.0 (§2.2.2.2) as <c>name=value</c>. Written from the specification's table, not from the broker: what the broker gets wrong
/// is not got wrong the same way here.</summary>
internal static class PropertyText
{
    private static readonly (string Name, byte Id, Kind Kind)[] Table =
    [
        ("format", 0x01, Kind.Byte), ("expiry", 0x02, Kind.Four), ("content-type", 0x03, Kind.Text), ("response-topic", 0x08, Kind.Text),
        ("correlation", 0x09, Kind.Text), ("subscription", 0x0B, Kind.Variable), ("session-expiry", 0x11, Kind.Four), ("assigned-id", 0x12, Kind.Text),
        ("server-keep-alive", 0x13, Kind.Two), ("method", 0x15, Kind.Text), ("data", 0x16, Kind.Text), ("problem-information", 0x17, Kind.Byte),
        ("delay", 0x18, Kind.Four), ("ask-response-information", 0x19, Kind.Byte), ("response-information", 0x1A, Kind.Text),
        ("server-reference", 0x1C, Kind.Text), ("because", 0x1F, Kind.Text), ("receive-maximum", 0x21, Kind.Two), ("alias-maximum", 0x22, Kind.Two),
        ("alias", 0x23, Kind.Two), ("maximum-qos", 0x24, Kind.Byte), ("retain-available", 0x25, Kind.Byte), ("user", 0x26, Kind.Pair),
        ("maximum-packet", 0x27, Kind.Four), ("wildcards-available", 0x28, Kind.Byte), ("identifiers-available", 0x29, Kind.Byte),
        ("shared-available", 0x2A, Kind.Byte),
    ];

    private enum Kind
    {
        Byte,
        Two,
        Four,
        Variable,
        Text,
        Pair,
    }

    /// <summary>True for a word that is a property.</summary>
    public static bool IsProperty(string word) => Array.Exists(Table, p => word.StartsWith(p.Name + "=", StringComparison.Ordinal));

    /// <summary>The property section of these words, with its length before it; in the order of the words.</summary>
    public static byte[] Section(IEnumerable<string> words)
    {
        var section = new List<byte>();
        foreach (var word in words) Add(section, word);
        return [.. Variable(section.Count), .. section];
    }

    /// <summary>Takes a property section off the front of <paramref name="bytes"/>: every property with a space before it.</summary>
    public static string Take(ref ReadOnlySpan<byte> bytes)
    {
        var length = TakeVariable(ref bytes);
        var section = bytes[..length];
        bytes = bytes[length..];
        var text = new StringBuilder();
        while (!section.IsEmpty)
        {
            var id = TakeVariable(ref section);
            var (name, _, kind) = Array.Find(Table, p => p.Id == id);
            if (name is null) return $"{text} unknown-property-{id}";

            text.Append(CultureInfo.InvariantCulture, $" {name}={TakeValue(ref section, kind)}");
        }

        return text.ToString();
    }

    public static byte[] Variable(long value)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)(value % 128 + (value > 127 ? 128 : 0)));
            value /= 128;
        }
        while (value > 0);
        return [.. bytes];
    }

    public static int TakeVariable(ref ReadOnlySpan<byte> bytes)
    {
        var (value, at) = (0, 0);
        do value |= (bytes[at] & 127) << 7 * at;
        while (bytes[at++] > 127);
        bytes = bytes[at..];
        return value;
    }

    /// <summary>Two bytes of length, then UTF-8.</summary>
    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    public static string TakeText(ref ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        var text = Encoding.UTF8.GetString(bytes.Slice(2, length));
        bytes = bytes[(2 + length)..];
        return text;
    }

    private static void Add(List<byte> section, string word)
    {
        var split = word.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (word[..split], word[(split + 1)..].Trim('"'));
        var (_, id, kind) = Array.Find(Table, p => p.Name == name);
        section.Add(id);
        var number = kind is Kind.Text or Kind.Pair ? 0 : long.Parse(value, CultureInfo.InvariantCulture);
        section.AddRange(kind switch
        {
            Kind.Byte => [(byte)number],
            Kind.Two => [(byte)(number >> 8), (byte)number],
            Kind.Four => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number],
            Kind.Variable => Variable(number),
            Kind.Pair => [.. Text(value.Split(':')[0]), .. Text(value.Split(':')[1])],
            _ => Text(value),
        });
    }

    private static string TakeValue(ref ReadOnlySpan<byte> section, Kind kind)
    {
        switch (kind)
        {
            case Kind.Text:
                return Quoted(TakeText(ref section));
            case Kind.Pair:
                return Quoted($"{TakeText(ref section)}:{TakeText(ref section)}");
            case Kind.Variable:
                return $"{TakeVariable(ref section)}";
            default:
                var length = kind switch { Kind.Byte => 1, Kind.Two => 2, _ => 4 };
                var number = 0L;
                foreach (var value in section[..length]) number = number * 256 + value;
                section = section[length..];
                return $"{number}";
        }
    }

    private static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) || text.Length == 0 ? $"\"{text}\"" : text;
}
