using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Edge.Conformance.Mqtt;

/// <summary>
/// A scene of <c>Bytes/</c>: what clients send (<c>&gt;</c>), what they hear (<c>&lt;</c>) and when they break off (<c>x</c>), in hexadecimal digits and quoted text.
/// In what is heard, <c>..</c> stands for any byte and <c>*</c> for the rest of the packet. Packets that are heard one after the other may come in any order:
/// acknowledgements and messages overtake each other.
/// </summary>
internal sealed record ByteScript(string File, string Title, string[] Lines)
{
    private const int AnyByte = -1;
    private const int AnyRest = -2;

    public static IEnumerable<ByteScript> ReadAll() =>
        from path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Mqtt", "Bytes"), "*.txt").Order()
        from scene in System.IO.File.ReadAllText(path).Split("\n== ").Skip(1)
        let lines = scene.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0).ToArray()
        select new ByteScript(Path.GetFileNameWithoutExtension(path), lines[0], lines[1..]);

    /// <summary>Plays it at a port; a connection of its own for each who speaks, and a new one after its end.</summary>
    public async Task PlayAsync(int port)
    {
        var clients = new Dictionary<string, TcpClient>();
        try
        {
            for (var at = 0; at < Lines.Length; at++)
            {
                var (name, verb, what) = Split(Lines[at]);
                if (!clients.TryGetValue(name, out var client))
                {
                    clients[name] = client = new() { NoDelay = true };
                    await client.ConnectAsync("127.0.0.1", port);
                }

                if (verb == ">")
                {
                    await client.GetStream().WriteAsync(Bytes(what).Select(b => (byte)b).ToArray());
                }
                else if (verb == "x" || what == "closed")
                {
                    var more = verb == "x" ? null : await ReadPacketAsync(client.GetStream());
                    Assert.True(more is null, $"{Title}: {Lines[at]}, but heard {Convert.ToHexString(more ?? [])}");
                    clients.Remove(name);
                    client.Dispose();
                }
                else
                {
                    var expected = Lines[at..].TakeWhile(l => Split(l) is (var n, "<", var w) && n == name && w != "closed").ToList();
                    at += expected.Count - 1;
                    await HearAsync(client.GetStream(), expected);
                }
            }
        }
        finally
        {
            foreach (var client in clients.Values) client.Dispose();
        }
    }

    private async Task HearAsync(NetworkStream stream, List<string> expected)
    {
        while (expected.Count > 0)
        {
            var heard = await ReadPacketAsync(stream);
            var match = heard is null ? -1 : expected.FindIndex(line => Matches(heard, Bytes(Split(line).What)));
            Assert.True(match >= 0, $"{Title}: {string.Join(" | ", expected)}, but heard {(heard is null ? "closed" : Convert.ToHexString(heard))}");
            expected.RemoveAt(match);
        }
    }

    private static (string Name, string Verb, string What) Split(string line)
    {
        var parts = line.Split(' ', 3);
        return (parts[0], parts[1], parts.ElementAtOrDefault(2) ?? "");
    }

    private static bool Matches(byte[] heard, List<int> expected)
    {
        for (var i = 0; i < expected.Count; i++)
        {
            if (expected[i] == AnyRest) return true;
            if (i >= heard.Length || (expected[i] != AnyByte && expected[i] != heard[i])) return false;
        }

        return heard.Length == expected.Count;
    }

    private static List<int> Bytes(string what)
    {
        var bytes = new List<int>();
        foreach (var (part, isText) in what.Split('"').Select((p, i) => (p, i % 2 == 1)))
        {
            if (isText)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(part).Select(b => (int)b));
                continue;
            }

            foreach (var pair in part.Replace(" ", "", StringComparison.Ordinal).Replace("*", "**", StringComparison.Ordinal).Chunk(2).Select(c => new string(c)))
                bytes.Add(pair switch { ".." => AnyByte, "**" => AnyRest, _ => int.Parse(pair, NumberStyles.HexNumber, CultureInfo.InvariantCulture) });
        }

        return bytes;
    }

    /// <summary>The next whole packet; null where the connection ends instead.</summary>
    private static async Task<byte[]?> ReadPacketAsync(NetworkStream stream)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var packet = new List<byte>();
        var one = new byte[1];
        try
        {
            var (length, shift) = (0, 0);
            for (var isHeader = true; isHeader;)
            {
                if (await stream.ReadAsync(one, patience.Token) == 0) return null;
                packet.Add(one[0]);
                if (packet.Count == 1) continue;
                length |= (one[0] & 0x7F) << shift;
                shift += 7;
                isHeader = (one[0] & 0x80) != 0;
            }

            var body = new byte[length];
            await stream.ReadExactlyAsync(body, patience.Token);
            return [.. packet, .. body];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
