using System.Buffers;
using System.Net.Security;
using System.Net.WebSockets;
using System.Text;

using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.WebSockets;

/// <summary>A stream in a WebSocket: every message is one element that stands for itself (RFC 7395).</summary>
internal sealed class WebSocketStream(WebSocket socket, StreamSetting setting, TlsFacts? tls) : IXmppStream
{
    // What a message buffer may keep between two batches.
    private const int KeptBytes = 16 * 1024;

    private readonly WebSocketReceiver _receiver = new(socket);
    private readonly ByteAllowance _allowance = new(setting.Options);
    private readonly List<int> _ends = [];
    private LoneElementReader _reader = new(setting.FirstLimits);
    private ArrayBufferWriter<byte> _messages = new();
    private Task<bool>? _receiving;
    private bool _isOpen;
    private bool _isClosedByPeer;

    public string Binding => "websocket";

    public InputRate Rate { get; } = new(setting.Options.Rates, setting.Clock);

    public StreamHeader Header { get; private set; } = StreamHeader.Plain;

    public TlsFacts? Tls => tls;

    public bool CanUpgrade => false; // TLS is the business of https (§3.9)

    public long LastReceived { get; private set; } = setting.Clock.GetTimestamp();

    /// <summary>How to close the WebSocket, where the peer gave a reason to; else null.</summary>
    public WebSocketCloseStatus? Fault { get; private set; }

    private XmlLimits Limits => _allowance.IsLifted ? setting.Limits : setting.FirstLimits;

    public async ValueTask<StreamPart> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Rate.PauseAsync(cancel).ConfigureAwait(false);
            if (!await ReceiveAsync(cancel).ConfigureAwait(false)) throw new EndOfStreamException("The WebSocket closed without a goodbye.");
            LastReceived = setting.Clock.GetTimestamp();
            if (_receiver.IsBinary)
            {
                Fault = WebSocketCloseStatus.InvalidMessageType;
                throw new XmppStreamException(StreamErrors.BadFormat, "Messages are text here (RFC 7395 §3.2).");
            }

            Rate.Received(_receiver.Message.Length);
            _allowance.Take(_receiver.Message.Length);
            if (_reader.Read(_receiver.Message) is { } element) return Take(element);
        }
    }

    public void Trust()
    {
        _allowance.Lift();
        _reader = new(setting.Limits);
    }

    public void Restart() => _isOpen = false;

    public ValueTask UpgradeAsync(SslServerAuthenticationOptions handshake, CancellationToken cancel) => throw new NotSupportedException();

    public async ValueTask OpenAsync(StreamOpening opening, CancellationToken cancel)
    {
        PutOpening(opening);
        await FlushAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask CloseAsync(StreamFault? fault, CancellationToken cancel)
    {
        if (fault is not null)
        {
            if (!_isOpen) PutOpening(StreamOpening.ToNobody(setting.Domain)); // §3.5
            Put(XmlText.ToBytes(fault.ToElement()));
        }

        if (_isOpen || _isClosedByPeer) PutText($"<close xmlns='{XmppNames.FramingNamespace}'/>");
        await FlushAsync(cancel).ConfigureAwait(false);
        _isOpen = false;
    }

    /// <summary>Sends the client elsewhere, instead of opening our side.</summary>
    public async ValueTask RedirectAsync(string uri, CancellationToken cancel)
    {
        PutText($"<close xmlns='{XmppNames.FramingNamespace}' see-other-uri='{XmlText.Escape(uri)}'/>");
        await FlushAsync(cancel).ConfigureAwait(false);
    }

    public void Put(in ReadOnlyMemory<byte> element)
    {
        LoneElement.Write(element.Span, _messages);
        _ends.Add(_messages.WrittenCount);
    }

    public async ValueTask<bool> FlushAsync(CancellationToken cancel)
    {
        var (messages, start) = (_messages, 0);
        try
        {
            foreach (var end in _ends)
            {
                if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return false;
                await socket.SendAsync(messages.WrittenMemory[start..end], WebSocketMessageType.Text, endOfMessage: true, cancel).ConfigureAwait(false);
                start = end;
            }

            return true;
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            throw new IOException("The WebSocket broke off.", e);
        }
        finally
        {
            _ends.Clear();
            if (messages.Capacity > KeptBytes) _messages = new();
            else messages.ResetWrittenCount();
        }
    }

    /// <summary>Reads on, after the session, until the peer has closed its side, too: it can read what it was sent, then.</summary>
    public async Task DrainAsync()
    {
        if (_receiving is { } receiving) await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _receiver.DiscardAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // the socket is the handler's

    private StreamPart Take(Stanza element)
    {
        if (element.Namespace != XmppNames.FramingNamespace) return new(null, element);
        if (element.Name == "close")
        {
            _isClosedByPeer = true; // answered alike (§3.6), be there a stream or not
            return default;
        }

        if (element.Name != "open") throw new XmppStreamException(StreamErrors.BadFormat, "A stream is opened by 'open' and closed by 'close'.");

        var open = element.ToElement();
        Header = StreamHeader.Of((string?)open.Attribute("to"), element.From, (string?)open.Attribute("version"), element.Language);
        return new(Header, null);
    }

    // Giving up a read must not give up the WebSocket, which could not say goodbye then: a read that is under way is kept for the next.
    private async ValueTask<bool> ReceiveAsync(CancellationToken cancel)
    {
        _receiving ??= _receiver.ReceiveAsync(Limits.MaxStanzaBytes);
        var isThere = _receiving.IsCompleted ? await _receiving.ConfigureAwait(false) : await _receiving.WaitAsync(cancel).ConfigureAwait(false);
        _receiving = null;
        return isThere;
    }

    private void PutOpening(StreamOpening opening)
    {
        _isOpen = true;
        var to = opening.To is null ? "" : $" to='{XmlText.Escape(opening.To)}'";
        PutText($"<open xmlns='{XmppNames.FramingNamespace}' id='{XmlText.Escape(opening.Id)}' from='{XmlText.Escape(opening.From)}'{to} " +
            $"version='1.0' xml:lang='{XmlText.Escape(opening.Language)}'/>");
    }

    private void PutText(string element) => Put(Encoding.UTF8.GetBytes(element));
}
