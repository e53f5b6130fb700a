using System.Globalization;
using System.Text;

namespace Edge.TestKit.Mqtt;

/// <summary>
/// What a client of MQTT 5.0 says, as a line of text: <c>PUBLISH a/b "hello" qos=1 id=7 expiry=30 user=k:v</c>, <c>SUBSCRIBE 1 a/#:2,no-local,retain-handling=1
/// subscription=5</c>, <c>PUBREL 7 0x92</c>, <c>DISCONNECT 0x04</c>; or <c>hex</c> and bytes. A codec of its own, which knows no rule but the packets' form: it
/// can say what is wrong as well. <see cref="HeardLine"/> is the other direction.
/// </summary>
public static class PacketLine
{
    private static readonly string[] Types =
        ["", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"];

    /// <summary>The bytes of the packet.</summary>
    public static byte[] ToBytes(string line)
    {
        var words = Words(line);
        if (words[0] == "hex") return Convert.FromHexString(string.Concat(words.Skip(1)));

        string[] properties = [.. words.Skip(1).Where(PropertyText.IsProperty)];
        string[] rest = [.. words.Skip(1).Where(w => !PropertyText.IsProperty(w))];
        var (flags, body) = words[0] switch
        {
            "CONNECT" => (0, Connect(rest, properties)),
            "PUBLISH" => Publish(rest, properties),
            "SUBSCRIBE" => (2, [.. Number(rest[0]), .. PropertyText.Section(properties), .. rest.Skip(1).SelectMany(Entry)]),
            "UNSUBSCRIBE" => (2, [.. Number(rest[0]), .. PropertyText.Section(properties), .. rest.Skip(1).SelectMany(PropertyText.Text)]),
            "PINGREQ" => (0, []),
            "DISCONNECT" or "AUTH" => (0, Reason(rest, properties)),
            _ => (words[0] == "PUBREL" ? 2 : 0, [.. Number(rest[0]), .. Reason(rest[1..], properties)]),
        };
        return [(byte)(Array.IndexOf(Types, words[0]) << 4 | flags), .. PropertyText.Variable(body.Length), .. body];
    }

    internal static string TypeName(int type) => Types[type];

    private static byte[] Connect(string[] words, string[] properties)
    {
        var will = words.Where(w => w.StartsWith("will.", StringComparison.Ordinal)).Select(w => w["will.".Length..]).ToArray();
        var topic = Value(will, "topic");
        var (user, password) = (Value(words, "username"), Value(words, "password"));
        var flags = (words.Contains("clean") ? 0x02 : 0) | (topic is null ? 0 : 0x04) | int.Parse(Value(will, "qos") ?? "0", CultureInfo.InvariantCulture) << 3
            | (will.Contains("retain") ? 0x20 : 0) | (password is null ? 0 : 0x40) | (user is null ? 0 : 0x80);
        byte[] willBytes = topic is null
            ? []
            : [.. PropertyText.Section(will.Where(PropertyText.IsProperty)), .. PropertyText.Text(topic), .. WillPayload(will)];
        return
        [
            .. PropertyText.Text("MQTT"), 5, (byte)flags, .. Number(Value(words, "keep-alive") ?? "0"), .. PropertyText.Section(properties),
            .. PropertyText.Text(Value(words, "client") ?? ""), .. willBytes, .. user is null ? [] : PropertyText.Text(user),
            .. password is null ? [] : PropertyText.Text(password),
        ];
    }

    private static byte[] WillPayload(string[] will) =>
        Value(will, "hex") is { } hex ? [0, (byte)(hex.Length / 2), .. Convert.FromHexString(hex)] : PropertyText.Text(Value(will, "payload") ?? "");

    private static (int Flags, byte[] Body) Publish(string[] words, string[] properties)
    {
        var qos = int.Parse(Value(words, "qos") ?? "0", CultureInfo.InvariantCulture);
        var flags = qos << 1 | (words.Contains("retain") ? 1 : 0) | (words.Contains("dup") ? 8 : 0);
        return (flags,
        [
            .. PropertyText.Text(words[0] == "-" ? "" : words[0]), .. qos == 0 ? [] : Number(Value(words, "id") ?? "0"), .. PropertyText.Section(properties),
            .. Payload(words[1]),
        ]);
    }

    // Text in quotes, or x and hexadecimal.
    private static byte[] Payload(string word) => word[0] == '"' ? Encoding.UTF8.GetBytes(word.Trim('"')) : Convert.FromHexString(word[1..]);

    private static byte[] Entry(string word)
    {
        var split = word.LastIndexOf(':');
        var options = word[(split + 1)..].Split(',');
        var handling = int.Parse(Value(options, "retain-handling") ?? "0", CultureInfo.InvariantCulture);
        var bits = options[0][0] - '0' | (options.Contains("no-local") ? 4 : 0) | (options.Contains("retain-as-published") ? 8 : 0) | handling << 4;
        return [.. PropertyText.Text(word[..split]), (byte)bits];
    }

    private static byte[] Reason(string[] words, string[] properties)
    {
        if (words.Length == 0 && properties.Length == 0) return [];

        var code = words.Length == 0 ? (byte)0 : Convert.ToByte(words[0], 16);
        return properties.Length == 0 ? [code] : [code, .. PropertyText.Section(properties)];
    }

    private static byte[] Number(string text) => ushort.Parse(text, CultureInfo.InvariantCulture) is var number ? [(byte)(number >> 8), (byte)number] : [];

    private static string? Value(string[] words, string key) =>
        Array.Find(words, w => w.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..].Trim('"');

    // Spaces within quotes do not part words.
    private static string[] Words(string line)
    {
        var words = new List<string>();
        var (word, isQuoted) = (new StringBuilder(), false);
        foreach (var letter in line + " ")
        {
            if (letter == '"') isQuoted = !isQuoted;
            if (letter != ' ' || isQuoted) word.Append(letter);
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return [.. words];
    }
}
