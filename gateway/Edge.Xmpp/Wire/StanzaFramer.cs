using System.Buffers;

namespace Edge.Xmpp.Wire;

/// <summary>What the framer found at the front of the bytes.</summary>
internal enum FrameKind
{
    /// <summary>Not whole yet.</summary>
    Incomplete,

    /// <summary>The start tag of the stream.</summary>
    StreamStart,

    /// <summary>A whole element.</summary>
    Element,

    /// <summary>The end tag of the stream.</summary>
    StreamEnd,
}

/// <summary>
/// Finds where an element ends, looking at each byte once, however the bytes are cut on their way. It counts depth, refuses what XMPP
/// forbids (comments, processing instructions, DTDs) at their first bytes, and compares each end tag with its start tag by hash, so that a
/// wrong one is noticed at once. Everything else is the business of <see cref="StanzaParser"/>, which sees whole elements only.
/// </summary>
/// <param name="limits">What ends the stream.</param>
/// <param name="isInStream">Elements come without a stream around them.</param>
internal sealed class StanzaFramer(XmlLimits limits, bool isInStream = false)
{
    private static readonly SearchValues<byte> TagMarks = SearchValues.Create("'\"/<>"u8);

    private const uint HashSeed = 2166136261; // FNV-1a
    private const uint HashPrime = 16777619;

    private enum State
    {
        Outside, Text, TagStart, StartName, InTag, Quoted, EmptyTag, EndName, EndSpace, Bang, CData, CDataBracket, CDataBrackets, Declaration,
    }

    private State _state = State.Outside;
    private uint[] _open = [];
    private int _depth;
    private uint _hash;
    private uint _streamHash;
    private int _literal;
    private byte _quote;
    private bool _mayDeclare = true;

    /// <summary>False until the stream's start tag has been seen.</summary>
    public bool IsInStream { get; private set; } = isInStream;

    /// <summary>Bytes of the unfinished element looked at so far.</summary>
    public int Pending { get; private set; }

    /// <summary>Looks at the bytes behind the <see cref="Pending"/> ones.</summary>
    /// <param name="buffer">Everything not yet taken, without white space in front; its first <see cref="Pending"/> bytes were looked at before.</param>
    /// <param name="length">Bytes of the frame; 0 where it is incomplete.</param>
    /// <exception cref="XmppStreamException">The bytes cannot become a stanza.</exception>
    public FrameKind Read(in ReadOnlySequence<byte> buffer, out int length)
    {
        foreach (var segment in buffer.Slice(Pending))
        {
            var span = segment.Span;
            for (var i = 0; i < span.Length;)
            {
                var kind = Step(span, ref i);
                if (Pending > limits.MaxStanzaBytes)
                    throw XmppStreamException.Policy($"A stanza is longer than {limits.MaxStanzaBytes} bytes (xmpp:maxStanzaBytes).");
                if (kind == FrameKind.Incomplete) continue;

                length = Pending;
                Pending = 0;
                return kind;
            }
        }

        length = 0;
        return FrameKind.Incomplete;
    }

    /// <summary>Takes at least one byte; long runs that mean nothing here are skipped at once.</summary>
    private FrameKind Step(ReadOnlySpan<byte> span, ref int i)
    {
        switch (_state)
        {
            case State.Text:
                Skip(span, ref i, span[i..].IndexOf((byte)'<'));
                return FrameKind.Incomplete;
            case State.Quoted:
                Skip(span, ref i, span[i..].IndexOf(_quote));
                return FrameKind.Incomplete;
            case State.CData:
                Skip(span, ref i, span[i..].IndexOf((byte)']'));
                return FrameKind.Incomplete;
            case State.StartName or State.EndName:
                TakeName(span, ref i);
                break;
            case State.InTag:
                SkipInTag(span, ref i);
                break;
        }

        if (i == span.Length || Pending > limits.MaxStanzaBytes) return FrameKind.Incomplete;
        Pending++;
        return Take(span[i++]);
    }

    // Names are most of what is neither text nor a value.
    private void TakeName(ReadOnlySpan<byte> span, ref int i)
    {
        var (hash, start) = (_hash, i);
        while (i < span.Length && IsNameByte(span[i])) hash = (hash ^ span[i++]) * HashPrime;
        _hash = hash;
        Pending += i - start;
    }

    // Nothing else means something between the attributes of a tag.
    private void SkipInTag(ReadOnlySpan<byte> span, ref int i)
    {
        var found = span[i..].IndexOfAny(TagMarks);
        var taken = found < 0 ? span.Length - i : found;
        i += taken;
        Pending += taken;
    }

    private void Skip(ReadOnlySpan<byte> span, ref int i, int found)
    {
        var taken = found < 0 ? span.Length - i : found + 1;
        i += taken;
        Pending += taken;
        if (found < 0) return;

        _state = _state switch { State.Text => State.TagStart, State.Quoted => State.InTag, _ => State.CDataBracket };
    }

    private FrameKind Take(byte b)
    {
        switch (_state)
        {
            case State.Outside: return TakeOutside(b);
            case State.TagStart: return TakeTagStart(b);
            case State.StartName: return TakeStartName(b);
            case State.InTag: return TakeInTag(b);
            case State.EmptyTag:
                return b == '>' ? Close() : throw XmppStreamException.NotWellFormed("A slash in a tag is not followed by '>'.");
            case State.EndName:
            case State.EndSpace: return TakeEnd(b);
            case State.Bang: return TakeBang(b);
            case State.Declaration:
                if (b == '>') _state = State.Outside;
                return FrameKind.Incomplete;
            default: return TakeCDataEnd(b);
        }
    }

    private FrameKind TakeOutside(byte b)
    {
        if (b == '<')
        {
            _state = State.TagStart;
            return FrameKind.Incomplete;
        }

        // White space is fine between an XML declaration and the header; between stanzas the reader has dropped it already.
        if (!IsSpace(b)) throw new XmppStreamException(StreamErrors.BadFormat, "There is text outside of a stanza.");
        return FrameKind.Incomplete;
    }

    private FrameKind TakeTagStart(byte b)
    {
        switch (b)
        {
            case (byte)'/':
                _state = State.EndName;
                _hash = HashSeed;
                return FrameKind.Incomplete;
            case (byte)'!' when _depth > 0:
                _state = State.Bang;
                _literal = 0;
                return FrameKind.Incomplete;
            case (byte)'!':
                throw XmppStreamException.Restricted("Comments and document type declarations are not allowed.");
            case (byte)'?' when !IsInStream && _mayDeclare && Pending == 2:
                _mayDeclare = false;
                _state = State.Declaration;
                return FrameKind.Incomplete;
            case (byte)'?':
                throw XmppStreamException.Restricted("Processing instructions are not allowed.");
            default:
                if (!IsNameByte(b)) throw XmppStreamException.NotWellFormed("'<' is not followed by a name.");
                if (_depth >= limits.MaxDepth && IsInStream)
                    throw XmppStreamException.Policy($"Elements are nested deeper than {limits.MaxDepth} (xmpp:maxDepth).");
                _state = State.StartName;
                _hash = (HashSeed ^ b) * HashPrime;
                return FrameKind.Incomplete;
        }
    }

    private FrameKind TakeStartName(byte b)
    {
        if (b is not ((byte)'>' or (byte)'/') && !IsSpace(b))
        {
            if (!IsNameByte(b)) throw XmppStreamException.NotWellFormed("There is a character in a name that cannot be there.");
            _hash = (_hash ^ b) * HashPrime;
            return FrameKind.Incomplete;
        }

        Push();
        _state = State.InTag;
        return TakeInTag(b);
    }

    private FrameKind TakeInTag(byte b)
    {
        switch (b)
        {
            case (byte)'"' or (byte)'\'':
                _quote = b;
                _state = State.Quoted;
                return FrameKind.Incomplete;
            case (byte)'/':
                if (!IsInStream) throw XmppStreamException.NotWellFormed("The stream is closed in its own start tag.");
                _state = State.EmptyTag;
                return FrameKind.Incomplete;
            case (byte)'<':
                throw XmppStreamException.NotWellFormed("There is '<' within a tag.");
            case (byte)'>' when !IsInStream:
                IsInStream = true;
                _depth = 0;
                _streamHash = _open[0];
                _state = State.Outside;
                return FrameKind.StreamStart;
            case (byte)'>':
                _state = State.Text;
                return FrameKind.Incomplete;
            default:
                return FrameKind.Incomplete;
        }
    }

    private FrameKind TakeEnd(byte b)
    {
        if (b == '>')
        {
            if (_depth > 0)
                return _hash == _open[_depth - 1] ? Close() : throw XmppStreamException.NotWellFormed("An end tag does not match its start tag.");
            if (!IsInStream || _hash != _streamHash) throw XmppStreamException.NotWellFormed("An end tag has no start tag.");
            _state = State.Outside;
            return FrameKind.StreamEnd;
        }

        if (IsSpace(b)) _state = State.EndSpace;
        else if (_state == State.EndSpace || !IsNameByte(b)) throw XmppStreamException.NotWellFormed("An end tag holds more than a name.");
        else _hash = (_hash ^ b) * HashPrime;
        return FrameKind.Incomplete;
    }

    private FrameKind TakeBang(byte b)
    {
        if (b != "[CDATA["u8[_literal])
            throw XmppStreamException.Restricted("Comments and document type declarations are not allowed.");
        if (++_literal == 7) _state = State.CData;
        return FrameKind.Incomplete;
    }

    private FrameKind TakeCDataEnd(byte b)
    {
        _state = (_state, b) switch
        {
            (State.CDataBracket, (byte)']') => State.CDataBrackets,
            (State.CDataBrackets, (byte)']') => State.CDataBrackets,
            (State.CDataBrackets, (byte)'>') => State.Text,
            _ => State.CData,
        };
        return FrameKind.Incomplete;
    }

    private void Push()
    {
        if (_depth == _open.Length) Array.Resize(ref _open, Math.Min(limits.MaxDepth, Math.Max(8, _open.Length * 2)));
        _open[_depth++] = _hash;
    }

    private FrameKind Close()
    {
        _depth--;
        _state = _depth == 0 ? State.Outside : State.Text;
        return _depth == 0 ? FrameKind.Element : FrameKind.Incomplete;
    }

    internal static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool IsNameByte(byte b) =>
        b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')
            or (byte)':' or (byte)'_' or (byte)'-' or (byte)'.' or >= 0x80;
}
