using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.Components;

/// <summary>A component's stream: <c>jabber:component:accept</c> on the wire, <c>jabber:client</c> for everything behind it.</summary>
internal sealed class ComponentStream(IDuplexPipe pipe, XmppOptions options, TimeProvider clock)
{
    private readonly XmlStreamReader _reader = new(LimitsOf(options), AsClient);
    private readonly ByteAllowance _allowance = new(options);
    private ReadOnlySequence<byte> _buffer;
    private bool _isReading;
    private bool _isCompleted;

    /// <summary>When bytes last came, as a timestamp of the clock.</summary>
    public long LastReceived { get; private set; } = clock.GetTimestamp();

    /// <summary>Its id, new for each: part of what the secret is proved with.</summary>
    public string Id { get; } = RandomNumberGenerator.GetHexString(20, lowercase: true);

    public PipeWriter Output => pipe.Output;

    /// <summary>From here on the peer is who it says: it may send as much as it likes.</summary>
    public void Trust() => _allowance.Lift();

    /// <summary>The next part, as soon as it is whole.</summary>
    /// <exception cref="XmppStreamException">The peer broke a rule.</exception>
    /// <exception cref="EndOfStreamException">The connection ended without an end of the stream.</exception>
    public async ValueTask<StreamPart> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (_isReading)
            {
                if (_reader.TryRead(ref _buffer, out var part)) return part.Stanza is { Namespace: XmppNames.ComponentNamespace } foreign ? new(null, Translate(foreign)) : part;
                Release();
            }

            if (_isCompleted) throw new EndOfStreamException("The connection closed without a goodbye.");

            var left = _buffer.Length;
            var result = await pipe.Input.ReadAsync(cancel).ConfigureAwait(false);
            (_buffer, _isReading, _isCompleted) = (result.Buffer, true, result.IsCompleted || result.IsCanceled);
            if (_buffer.Length > left) LastReceived = clock.GetTimestamp();
            _allowance.Take(_buffer.Length - left);
        }
    }

    public async ValueTask WriteAsync(string text, CancellationToken cancel) => await pipe.Output.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).ConfigureAwait(false);

    /// <summary>Our header (XEP-0114 §3): from the component's domain.</summary>
    public string Header(string? domain) =>
        $"<?xml version='1.0'?><stream:stream xmlns='{XmppNames.ComponentNamespace}' xmlns:stream='{XmppNames.StreamNamespace}' id='{Id}'"
        + (domain is null ? ">" : $" from='{XmlText.Escape(domain)}'>");

    /// <summary>A stanza for this stream: one that names <c>jabber:client</c> itself must not here.</summary>
    public static ReadOnlyMemory<byte> ForComponent(ReadOnlyMemory<byte> stanza)
    {
        var bytes = stanza.Span;
        var at = bytes.IndexOf("xmlns="u8);
        if (at < 0 || bytes[1..at].Contains((byte)'<')) return stanza; // behind the start tag: within one there is no '<', but there may be a '>'

        var scratch = new AttributeSpan[XmlText.OwnLimits.MaxAttributes];
        foreach (var attribute in StartTag.Read(bytes, 0, scratch, XmlText.OwnLimits.MaxNameBytes).Attributes)
        {
            if (!attribute.Name(bytes).SequenceEqual("xmlns"u8)) continue;

            var result = new byte[bytes.Length - (attribute.End - attribute.NameStart)];
            bytes[..attribute.NameStart].CopyTo(result);
            bytes[attribute.End..].CopyTo(result.AsSpan(attribute.NameStart));
            return result;
        }

        return stanza;
    }

    private static StreamHeader AsClient(StreamHeader header)
    {
        if (header.Namespace != XmppNames.StreamNamespace || header.Name != "stream" || header.DefaultNamespace != XmppNames.ComponentNamespace)
            throw new XmppStreamException(StreamErrors.InvalidNamespace, $"Components speak {XmppNames.ComponentNamespace} here.");
        return StreamHeader.Scope(XmppNames.ClientNamespace, header.Prefixes);
    }

    // A component that writes the stream's namespace at each stanza.
    private Stanza Translate(Stanza stanza) => StanzaParser.Parse(
        XmlText.ToBytes(StanzaNames.FromComponent(new(stanza.ToElement()))), StreamHeader.Plain, LimitsOf(options).WithMaxBytes(int.MaxValue));

    private static XmlLimits LimitsOf(XmppOptions options) => new(options.MaxStanzaBytes, options.MaxDepth, options.MaxAttributes, options.MaxNameBytes);

    /// <summary>Gives back what was read and not taken.</summary>
    public void Release()
    {
        if (!_isReading) return;

        _isReading = false;
        pipe.Input.AdvanceTo(_buffer.Start, _buffer.End);
    }
}
