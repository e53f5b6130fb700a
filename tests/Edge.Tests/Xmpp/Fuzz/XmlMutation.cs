using System.Text;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>Changes bytes of XML at random, by a few bytes or by what makes parsers stumble.</summary>
internal static class XmlMutation
{
    private static readonly byte[][] Tokens =
    [
        .. ((string[])[
            "<", ">", "/", "</", "/>", "'", "\"", "=", "&", ";", "<!", "<?", "]]>", "<![CDATA[", "&#x", "&#0;", "&amp;", "&lol;", "xmlns", "xmlns='jabber:client'", "xmlns:p='",
            "xmlns:p='urn:p'", "p:", ":", " ", "\0", "\uFFFE", "é", "<a>", "</a>", "<stream:stream", "</stream:stream>", "</iq>", "<?xml version='1.0'?>", " to=''", " to='@'",
            " type='error'", " type='set'", " id='i'", " from='juliet@edge.local'", " xml:lang='de'", "@", "romeo@edge.local", "jabber:client", "\n",
        ]).Select(Encoding.UTF8.GetBytes),
        [0xC3], [0xED, 0xA0, 0x80], [0xFF], [0xF0, 0x9F],
    ];

    /// <summary>The bytes with one to three changes behind the first <paramref name="spared"/>.</summary>
    public static byte[] Of(byte[] original, Random random, int spared = 0)
    {
        var bytes = original.ToList();
        for (var i = random.Next(1, 4); i > 0 && bytes.Count > spared; i--) Change(bytes, random, spared);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, Random random, int spared)
    {
        var at = random.Next(spared, bytes.Count);
        switch (random.Next(6))
        {
            case 0: bytes[at] = (byte)random.Next(256); break;
            case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at)); break;
            case 2: bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]); break;
            case 3: bytes.InsertRange(at, Piece(bytes, random)); break;
            case 4: bytes[at] = bytes[random.Next(bytes.Count)]; break;
            default: bytes.RemoveRange(at, bytes.Count - at); break;
        }
    }

    private static List<byte> Piece(List<byte> bytes, Random random)
    {
        var from = random.Next(bytes.Count);
        return bytes.GetRange(from, Math.Min(random.Next(1, 60), bytes.Count - from));
    }
}
