using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Text;

using Edge.Transport.Tls;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>A stream on the bytes of one connection, before and after TLS (RFC 6120 §4).</summary>
[Xep(368, "1.1.0", Note = "At listeners:xmpps, with or without ALPN")]
internal sealed class TcpStream(IDuplexPipe transport, StreamSetting setting, TlsFacts? tls = null) : IXmppStream
{
    private readonly XmlStreamReader _reader = new(setting.FirstLimits);
    private readonly ByteAllowance _allowance = new(setting.Options);

    private IDuplexPipe _pipe = transport;
    private StreamUpgrade? _upgrade;
    private ReadOnlySequence<byte> _buffer;
    private bool _isReading;
    private bool _isCompleted;
    private bool _isOpen;

    public string Binding => "tcp";

    public long LastReceived { get; private set; } = setting.Clock.GetTimestamp();

    public InputRate Rate { get; } = new(setting.Options.Rates, setting.Clock);

    public StreamHeader Header => _reader.Header;

    public TlsFacts? Tls { get; private set; } = tls;

    public bool CanUpgrade => Tls is null;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // once per stanza
    public async ValueTask<StreamPart> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (_isReading)
            {
                if (_reader.TryRead(ref _buffer, out var part)) return part;
                Release();
            }

            if (_isCompleted) throw new EndOfStreamException("The connection closed without a goodbye.");

            await Rate.PauseAsync(cancel).ConfigureAwait(false);
            var left = _buffer.Length;
            var result = await _pipe.Input.ReadAsync(cancel).ConfigureAwait(false);
            (_buffer, _isReading, _isCompleted) = (result.Buffer, true, result.IsCompleted || result.IsCanceled);
            if (_buffer.Length > left) LastReceived = setting.Clock.GetTimestamp();
            Rate.Received(_buffer.Length - left);
            _allowance.Take(_buffer.Length - left);
        }
    }

    public void Trust() => _allowance.Lift();

    public void Restart()
    {
        _isOpen = false;
        _reader.Restart(_allowance.IsLifted ? setting.Limits : null);
    }

    public async ValueTask UpgradeAsync(SslServerAuthenticationOptions handshake, CancellationToken cancel)
    {
        if (!_buffer.IsEmpty) throw XmppStreamException.Policy("There is more behind 'starttls' in the clear.");
        if (_isReading) Release();
        Put("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"u8.ToArray());
        await FlushAsync(cancel).ConfigureAwait(false);

        _isOpen = false; // a handshake that fails ends the connection without another word (RFC 6120 §5.4.3.2)
        _upgrade = await StreamUpgrade.AsServerAsync(_pipe, handshake, cancel).ConfigureAwait(false);
        _pipe = _upgrade;
        Tls = TlsFacts.Of(_upgrade.Stream);
        Restart();
    }

    public ValueTask OpenAsync(StreamOpening opening, CancellationToken cancel)
    {
        _isOpen = true;
        return WriteAsync(StreamText.Header(opening), cancel);
    }

    public async ValueTask CloseAsync(StreamFault? fault, CancellationToken cancel)
    {
        if (fault is not null)
        {
            // RFC 6120 §4.9.1.2: an error is never the first thing on a stream.
            var header = _isOpen ? "" : StreamText.Header(StreamOpening.ToNobody(setting.Domain));
            await WriteAsync(header + XmlText.ToText(fault.ToElement()) + StreamText.End, cancel).ConfigureAwait(false);
        }
        else if (_isOpen)
        {
            await WriteAsync(StreamText.End, cancel).ConfigureAwait(false);
        }

        _isOpen = false;
        if (_upgrade is not null) await _upgrade.Stream.ShutdownAsync().WaitAsync(cancel).ConfigureAwait(false); // close_notify: nothing was cut off (§13.9.2)
    }

    public void Put(in ReadOnlyMemory<byte> element) => _pipe.Output.Write(element.Span);

    public async ValueTask<bool> FlushAsync(CancellationToken cancel)
    {
        var result = await _pipe.Output.FlushAsync(cancel).ConfigureAwait(false);
        return !result.IsCompleted && !result.IsCanceled;
    }

    public ValueTask DisposeAsync()
    {
        if (_isReading) Release();
        return _upgrade?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private async ValueTask WriteAsync(string text, CancellationToken cancel)
    {
        Put(Encoding.UTF8.GetBytes(text));
        await FlushAsync(cancel).ConfigureAwait(false);
    }

    private void Release()
    {
        _isReading = false;
        _pipe.Input.AdvanceTo(_buffer.Start, _buffer.End);
    }
}
