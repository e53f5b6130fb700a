using System.Buffers;
using System.Text;

namespace Edge.Xmpp.Wire;

/// <summary>
/// Checks a whole element for what XML, Namespaces in XML and RFC 6120 §11 ask, and notes what routing needs: the start tag, and the
/// first child's name. It allocates nothing but the result: an element that is only passed on is never made into a tree.
/// </summary>
internal static class StanzaParser
{
    private readonly record struct Prefix(int Start, int Length, int ValueStart, int ValueLength, int Depth);

    /// <summary>Reads an element.</summary>
    /// <param name="bytes">The element, whole; the result keeps it.</param>
    /// <param name="header">The stream it came on: its default namespace and prefixes are in scope (RFC 6120 §4.8).</param>
    /// <param name="limits">Counts that end the stream.</param>
    /// <exception cref="XmppStreamException">It is not well formed, forbidden, or over a limit.</exception>
    public static Stanza Parse(byte[] bytes, StreamHeader header, XmlLimits limits)
    {
        XmlTokens.CheckCharacters(bytes);
        // The default limits' room is on the stack. Wider ones would take 14 KiB for the smallest stanza: they are borrowed.
        var attributes = limits.MaxAttributes <= 64 ? null : ArrayPool<AttributeSpan>.Shared.Rent(limits.MaxAttributes);
        var opened = limits.MaxDepth <= 128 ? null : ArrayPool<(int, int)>.Shared.Rent(limits.MaxDepth);
        try
        {
            var scratch = attributes is null ? stackalloc AttributeSpan[limits.MaxAttributes] : attributes.AsSpan(0, limits.MaxAttributes);
            var names = opened is null ? stackalloc (int, int)[limits.MaxDepth] : opened.AsSpan(0, limits.MaxDepth);
            return new Walk(bytes, header, limits, scratch, names, stackalloc Prefix[XmlLimits.MaxPrefixes]).Run();
        }
        finally
        {
            if (attributes is not null) ArrayPool<AttributeSpan>.Shared.Return(attributes);
            if (opened is not null) ArrayPool<(int, int)>.Shared.Return(opened);
        }
    }

    private ref struct Walk(
        byte[] bytes, StreamHeader header, XmlLimits limits, Span<AttributeSpan> scratch, Span<(int Start, int Length)> names, Span<Prefix> prefixes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private readonly Span<AttributeSpan> _scratch = scratch;
        private readonly Span<(int Start, int Length)> _names = names;
        private readonly Span<Prefix> _prefixes = prefixes;
        private Stanza? _stanza;
        private string _defaultNamespace = "";
        private bool _usesStreamScope;
        private int _depth;
        private int _prefixCount;
        private int _at;

        public Stanza Run()
        {
            Open();
            while (_depth > 0)
            {
                var rest = _bytes[_at..];
                var text = rest.IndexOf((byte)'<');
                if (text < 0) throw XmppStreamException.NotWellFormed("An element does not end.");
                if (text > 0) CheckText(rest[..text]);
                _at += text;
                switch (_bytes[_at + 1])
                {
                    case (byte)'/': Close(); break;
                    case (byte)'!': SkipCData(); break;
                    default: Open(); break;
                }
            }

            if (_at != _bytes.Length) throw XmppStreamException.NotWellFormed("There is something behind the end of an element.");
            _stanza!.UsesStreamScope = _usesStreamScope;
            return _stanza;
        }

        private void Open()
        {
            if (_depth == _names.Length) throw XmppStreamException.Policy($"Elements are nested deeper than {_names.Length} (xmpp:maxDepth).");
            var tag = StartTag.Read(_bytes, _at, _scratch, limits.MaxNameBytes);
            _names[_depth++] = (tag.NameStart, tag.NameLength);
            var defaultNamespace = Declare(tag);
            CheckPrefixes(tag);
            if (_depth == 1) _stanza = Begin(tag, defaultNamespace);
            else if (_depth == 2) NoteChild(tag, defaultNamespace, tag.PrefixLength == 0 ? null : Resolve(tag.Prefix(_bytes)));
            _at = tag.End;
            if (tag.IsEmpty) Leave();
        }

        private void Close()
        {
            var end = _bytes[_at..].IndexOf((byte)'>');
            if (end < 0) throw XmppStreamException.NotWellFormed("An end tag does not end.");
            var name = _bytes.Slice(_at + 2, end - 2).TrimEnd(" \t\r\n"u8);
            var (start, length) = _names[_depth - 1];
            if (!name.SequenceEqual(_bytes.Slice(start, length)))
                throw XmppStreamException.NotWellFormed("An end tag does not match its start tag.");
            _at += end + 1;
            Leave();
        }

        private void Leave()
        {
            while (_prefixCount > 0 && _prefixes[_prefixCount - 1].Depth == _depth) _prefixCount--;
            _depth--;
        }

        private static void CheckText(ReadOnlySpan<byte> text)
        {
            XmlTokens.CheckReferences(text);
            if (text.IndexOf("]]>"u8) >= 0) throw XmppStreamException.NotWellFormed("There is ']]>' in a text.");
        }

        private void SkipCData()
        {
            if (!_bytes[_at..].StartsWith("<![CDATA["u8)) throw XmppStreamException.Restricted("Comments and document type declarations are not allowed.");
            var end = _bytes[_at..].IndexOf("]]>"u8);
            if (end < 0) throw XmppStreamException.NotWellFormed("A CDATA section does not end.");
            _at += end + 3;
        }

        /// <summary>Takes the namespace declarations; returns the tag's own default namespace, where it has one.</summary>
        private AttributeSpan? Declare(in StartTag tag)
        {
            AttributeSpan? own = null;
            foreach (var attribute in tag.Attributes)
            {
                var name = attribute.Name(_bytes);
                if (!name.StartsWith("xmlns"u8)) continue;
                if (attribute.PrefixLength == 0)
                {
                    if (name.Length == 5) own = attribute;
                    if (name.Length == 5 && IsReserved(attribute.Value(_bytes))) throw XmppStreamException.NotWellFormed("A reserved namespace is declared as the default.");
                    continue;
                }

                if (attribute.PrefixLength == 5) DeclarePrefix(attribute);
            }

            return own;
        }

        private void DeclarePrefix(AttributeSpan attribute)
        {
            var prefix = attribute.Name(_bytes)[6..];
            var value = attribute.Value(_bytes);
            if (value.IsEmpty || prefix.SequenceEqual("xmlns"u8) || Is(value, XmlnsNamespace) || prefix.SequenceEqual("xml"u8) != Is(value, XmlNamespace))
                throw XmppStreamException.NotWellFormed("A namespace prefix is declared as it must not be.");
            if (_prefixCount == _prefixes.Length)
                throw XmppStreamException.Policy($"More than {_prefixes.Length} namespace prefixes are in scope.");
            _prefixes[_prefixCount++] = new(attribute.NameStart + 6, prefix.Length, attribute.ValueStart, attribute.ValueLength, _depth);
        }

        private void CheckPrefixes(in StartTag tag)
        {
            if (tag.PrefixLength > 0) Find(tag.Prefix(_bytes));
            var prefixed = 0;
            foreach (var attribute in tag.Attributes)
            {
                if (attribute.PrefixLength == 0) continue;
                var prefix = _bytes.Slice(attribute.NameStart, attribute.PrefixLength);
                if (prefix.SequenceEqual("xmlns"u8)) continue;
                Find(prefix);
                if (attribute.Name(_bytes).SequenceEqual("xml:space"u8)) CheckSpace(attribute.Value(_bytes));
                if (++prefixed > 1) CheckUnique(tag, attribute);
            }
        }

        // XML 1.0 §2.10 leaves it open whether other values are an error; readers that make trees of it, ours among them, end with one.
        private static void CheckSpace(ReadOnlySpan<byte> value)
        {
            if (XmlTokens.Decode(value).AsSpan().Trim(" \t\r\n") is not ("default" or "preserve"))
                throw XmppStreamException.NotWellFormed("xml:space is neither 'default' nor 'preserve'.");
        }

        /// <summary>Two prefixes of one namespace must not give the same attribute twice (Namespaces in XML 1.0 §6.3).</summary>
        private void CheckUnique(in StartTag tag, AttributeSpan attribute)
        {
            var name = attribute.Name(_bytes);
            foreach (var other in tag.Attributes)
            {
                if (other.NameStart == attribute.NameStart) return;
                if (other.PrefixLength == 0 || !other.Name(_bytes)[other.PrefixLength..].SequenceEqual(name[attribute.PrefixLength..])) continue;
                var prefix = other.Name(_bytes)[..other.PrefixLength];
                if (prefix.SequenceEqual("xmlns"u8)) continue; // a declaration, of a namespace that no prefix can stand for
                if (Resolve(prefix) == Resolve(name[..attribute.PrefixLength]))
                    throw XmppStreamException.NotWellFormed("An attribute is given twice.");
            }
        }

        /// <summary>The place of a prefix's declaration within this element, or -1: it is known from outside.</summary>
        private int Find(ReadOnlySpan<byte> prefix)
        {
            for (var i = _prefixCount - 1; i >= 0; i--)
            {
                if (prefix.SequenceEqual(_bytes.Slice(_prefixes[i].Start, _prefixes[i].Length))) return i;
            }

            if (prefix.SequenceEqual("xml"u8)) return -1;
            if (header.FindPrefix(InternTable.Get(prefix)) is null)
                throw new XmppStreamException(StreamErrors.BadNamespacePrefix, "A namespace prefix is not declared.");
            _usesStreamScope = true;
            return -1;
        }

        private string Resolve(ReadOnlySpan<byte> prefix) => Find(prefix) switch
        {
            >= 0 and var i => Intern(_bytes.Slice(_prefixes[i].ValueStart, _prefixes[i].ValueLength)),
            _ => prefix.SequenceEqual("xml"u8) ? XmppNames.XmlNamespace : header.FindPrefix(InternTable.Get(prefix))!,
        };

        private static ReadOnlySpan<byte> XmlNamespace => "http://www.w3.org/XML/1998/namespace"u8;

        private static ReadOnlySpan<byte> XmlnsNamespace => "http://www.w3.org/2000/xmlns/"u8;

        // Namespaces in XML 1.0 §3
        private static bool IsReserved(ReadOnlySpan<byte> value) => Is(value, XmlNamespace) || Is(value, XmlnsNamespace);

        // A namespace may be written with references.
        private static bool Is(ReadOnlySpan<byte> value, ReadOnlySpan<byte> ns) =>
            value.Contains((byte)'&') ? Encoding.UTF8.GetBytes(XmlTokens.Decode(value)).AsSpan().SequenceEqual(ns) : value.SequenceEqual(ns);

        private Stanza Begin(in StartTag tag, AttributeSpan? own)
        {
            _defaultNamespace = own is { } declared ? Intern(declared.Value(_bytes)) : header.DefaultNamespace;
            _usesStreamScope |= tag.PrefixLength > 0 || _defaultNamespace != XmppNames.ClientNamespace;
            var ns = tag.PrefixLength > 0 ? Resolve(tag.Prefix(_bytes)) : _defaultNamespace;
            return new Stanza(bytes, header, ns, tag);
        }

        private readonly void NoteChild(in StartTag tag, AttributeSpan? own, string? ns)
        {
            if (++_stanza!.ChildCount > 1) return;

            _stanza.ChildNamespace = ns ?? (own is { } declared ? Intern(declared.Value(_bytes)) : _defaultNamespace);
            _stanza.ChildName = InternTable.Get(tag.LocalName(_bytes));
        }

        private static string Intern(ReadOnlySpan<byte> value) =>
            value.SequenceEqual("jabber:client"u8) ? XmppNames.ClientNamespace : value.IndexOfAny("&\r\n\t"u8) < 0 ? InternTable.Get(value) : XmlTokens.Decode(value);
    }
}
