using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Text;
using System.Xml.Linq;

using Edge.Transport.Tls;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>The bytes of one connection as parts of a stream, in both directions, before and after TLS.</summary>
internal sealed class ClientStream(IDuplexPipe transport, XmppOptions options, TimeProvider clock) : IAsyncDisposable
{
    private readonly XmlLimits _limits = new(options.MaxStanzaBytes, options.MaxDepth, options.MaxAttributes, options.MaxNameBytes);
    private readonly XmlStreamReader _reader = new(
        new XmlLimits(options.MaxStanzaBytes, options.MaxDepth, options.MaxAttributes, options.MaxNameBytes).WithMaxBytes(options.MaxUnauthenticatedBytes));

    private IDuplexPipe _pipe = transport;
    private StreamUpgrade? _tls;
    private ReadOnlySequence<byte> _buffer;
    private bool _isReading;
    private bool _isCompleted;
    private bool _isTrusted;
    private long _received;

    /// <summary>When bytes last came, as a timestamp of the clock.</summary>
    public long LastReceived { get; private set; } = clock.GetTimestamp();

    /// <summary>What the client said when it opened its stream.</summary>
    public StreamHeader Header => _reader.Header;

    public bool IsEncrypted => _tls is not null;

    /// <summary>Where the outbox writes.</summary>
    public PipeWriter Output => _pipe.Output;

    /// <summary>The next part, as soon as it is whole.</summary>
    /// <exception cref="XmppStreamException">The peer broke a rule.</exception>
    /// <exception cref="EndOfStreamException">The connection ended without an end of the stream.</exception>
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

            var left = _buffer.Length;
            var result = await _pipe.Input.ReadAsync(cancel).ConfigureAwait(false);
            (_buffer, _isReading, _isCompleted) = (result.Buffer, true, result.IsCompleted || result.IsCanceled);
            if (_buffer.Length > left) LastReceived = clock.GetTimestamp();
            Count(_buffer.Length - left);
        }
    }

    /// <summary>From here on the peer is who it says: the larger limits count.</summary>
    public void Trust() => _isTrusted = true;

    /// <summary>What comes next is a new stream.</summary>
    public void Restart() => _reader.Restart(_isTrusted ? _limits : null);

    /// <summary>Goes on encrypted.</summary>
    /// <exception cref="XmppStreamException">The peer sent more before the handshake (RFC 7590, CVE-2011-0411).</exception>
    public async ValueTask UpgradeAsync(SslServerAuthenticationOptions tls, CancellationToken cancel)
    {
        if (!_buffer.IsEmpty) throw XmppStreamException.Policy("There is more behind 'starttls' in the clear.");
        if (_isReading) Release();

        _tls = await StreamUpgrade.AsServerAsync(_pipe, tls, cancel).ConfigureAwait(false);
        _pipe = _tls;
        Restart();
    }

    public ValueTask WriteAsync(XElement element, CancellationToken cancel) => WriteAsync(XmlText.ToBytes(element), cancel);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        await _pipe.Output.WriteAsync(bytes, cancel).ConfigureAwait(false);

    public ValueTask WriteAsync(string text, CancellationToken cancel) => WriteAsync(Encoding.UTF8.GetBytes(text), cancel);

    public ValueTask DisposeAsync()
    {
        if (_isReading) Release();
        return _tls?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private void Release()
    {
        _isReading = false;
        _pipe.Input.AdvanceTo(_buffer.Start, _buffer.End);
    }

    private void Count(long bytes)
    {
        if (_isTrusted) return;

        _received += bytes;
        if (_received > options.MaxUnauthenticatedBytes)
            throw XmppStreamException.Policy($"More than {options.MaxUnauthenticatedBytes} bytes before signing in (xmpp:maxUnauthenticatedBytes).");
    }
}
