using System.Buffers;

namespace Edge.Xmpp.Wire;

/// <summary>Reads elements that stand for themselves, without a stream around them: messages of a WebSocket.</summary>
internal sealed class LoneElementReader(XmlLimits limits)
{
    private readonly StanzaFramer _framer = new(limits, isInStream: true);

    /// <summary>Reads bytes that are one element, white space around it aside.</summary>
    /// <returns>Null where there is white space only: some clients keep their connection alive with it.</returns>
    /// <exception cref="XmppStreamException">It is something else, or over a limit; nothing more can be read.</exception>
    public Stanza? Read(ReadOnlySpan<byte> bytes)
    {
        var own = bytes.Trim(" \t\r\n"u8).ToArray();
        if (own.Length == 0) return null;

        var kind = _framer.Read(new ReadOnlySequence<byte>(own), out var length);
        if (kind != FrameKind.Element) throw XmppStreamException.NotWellFormed("An element does not end.");
        if (length != own.Length) throw new XmppStreamException(StreamErrors.BadFormat, "There is more than one element.");
        return StanzaParser.Parse(own, StreamHeader.Plain, limits);
    }
}

/// <summary>Writes an element that stands for itself: as a message of a WebSocket, or in a body of BOSH.</summary>
internal static class LoneElement
{
    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n/>"u8);

    /// <summary>Writes an element as it stands on a stream, with the namespaces that the stream would have declared.</summary>
    /// <param name="element">Well formed: read by us, or written.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="declaresStream">The prefix <c>stream</c> is declared around it.</param>
    public static void Write(ReadOnlySpan<byte> element, IBufferWriter<byte> output, bool declaresStream = false)
    {
        var nameEnd = 1 + element[1..].IndexOfAny(NameEnds);
        output.Write(element[..nameEnd]);
        var isStreams = element.StartsWith("<stream:"u8);
        if (!isStreams && !HasDefaultNamespace(element[nameEnd..])) output.Write(" xmlns='jabber:client'"u8);
        if (!declaresStream && (isStreams || UsesStreamPrefix(element))) output.Write(" xmlns:stream='http://etherx.jabber.org/streams'"u8);
        output.Write(element[nameEnd..]);
    }

    /// <summary>True where the prefix of the stream may be used somewhere in it.</summary>
    public static bool UsesStreamPrefix(ReadOnlySpan<byte> element) => element.IndexOf("<stream:"u8) >= 0;

    // The rest of a start tag, behind its name: is there an attribute `xmlns`?
    private static bool HasDefaultNamespace(ReadOnlySpan<byte> rest)
    {
        while (true)
        {
            rest = rest.TrimStart(" \t\r\n"u8);
            var quote = rest.IndexOfAny("'\">"u8);
            if (quote < 0 || rest[quote] == '>') return false;
            if (rest[..quote].TrimEnd("= \t\r\n"u8).SequenceEqual("xmlns"u8)) return true;
            rest = rest[(quote + 1)..][(rest[(quote + 1)..].IndexOf(rest[quote]) + 1)..];
        }
    }
}
