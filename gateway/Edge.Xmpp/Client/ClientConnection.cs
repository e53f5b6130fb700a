using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;

using Edge.Xmpp.Wire;


namespace Edge.Xmpp.Client;

/// <summary>The bytes of a client's connection as elements.</summary>
internal sealed class ClientConnection : IAsyncDisposable
{
    private static readonly XmlLimits Limits = new(16 * 1024 * 1024, 128, 128, 1024);

    private readonly XmlStreamReader _reader = new(Limits);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private Stream _stream;
    private PipeReader _input;

    public ClientConnection(Stream stream) => (_stream, _input) = (stream, PipeReader.Create(stream, new(leaveOpen: true)));

    /// <summary>Told of a whole element that is no XMPP, with its bytes and what is wrong with it; reading then goes on behind it. Null: it ends the connection.</summary>
    public Action<ReadOnlyMemory<byte>, string>? Refused { get; set; }

    /// <summary>What the server sends can no longer be told apart: to get it once more would be of no use.</summary>
    public bool IsBroken { get; private set; }

    public bool IsEncrypted => _stream is SslStream;

    /// <summary>Its TLS; null where there is none.</summary>
    public SslStream? Tls => _stream as SslStream;

    public static async Task<Stream> OpenAsync(string host, int port, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Opens a stream and returns the features that the server offers on it.</summary>
    public async Task<XElement> OpenStreamAsync(string domain, CancellationToken cancel)
    {
        await OpenAsync($"to='{XmlText.Escape(domain)}' version='1.0' xml:lang='en' xmlns='{XmppNames.ClientNamespace}'", cancel).ConfigureAwait(false);
        return await ReadAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Opens the stream of a component and returns its id (XEP-0114 §3).</summary>
    public async Task<string> OpenComponentStreamAsync(string address, CancellationToken cancel)
    {
        var header = await OpenAsync($"to='{XmlText.Escape(address)}' xmlns='{XmppNames.ComponentNamespace}'", cancel).ConfigureAwait(false);
        return header.Id ?? throw new XmppClientException("bad-format", "The server gave its stream no id.");
    }

    private async Task<StreamHeader> OpenAsync(string attributes, CancellationToken cancel)
    {
        _reader.Restart();
        await WriteAsync($"<?xml version='1.0'?><stream:stream {attributes} xmlns:stream='{XmppNames.StreamNamespace}'>", cancel).ConfigureAwait(false);
        var part = await ReadPartAsync(cancel).ConfigureAwait(false);
        return part.Header ?? throw new XmppClientException("bad-format", "The server opened no stream.");
    }

    /// <summary>Goes on encrypted; the certificate must be for the domain and from the authority, where one is given.</summary>
    public async Task UpgradeAsync(XmppClientOptions client, CancellationToken cancel)
    {
        var ssl = new SslStream(_stream);
        var options = new SslClientAuthenticationOptions { TargetHost = client.Domain };
        if (client.DirectTls) options.ApplicationProtocols = [new("xmpp-client")]; // XEP-0368: a listener may serve others, too
        if (client.Authority is { } authority)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck, // a local CA publishes no list
                CustomTrustStore = { authority },
            };
        }

        await ssl.AuthenticateAsClientAsync(options, cancel).ConfigureAwait(false);
        await _input.CompleteAsync().ConfigureAwait(false);
        (_stream, _input) = (ssl, PipeReader.Create(ssl, new(leaveOpen: true)));
    }

    /// <summary>The next element.</summary>
    /// <exception cref="XmppClientException">The server ended the stream.</exception>
    public async Task<XElement> ReadAsync(CancellationToken cancel)
    {
        var element = await ReadElementAsync(cancel).ConfigureAwait(false);
        if (element.Name != XmppNames.Stream + "error") return element;

        var condition = element.Elements().FirstOrDefault()?.Name.LocalName ?? "undefined-condition";
        throw new XmppClientException(condition, $"The server ended the stream: {condition}. {element.Element(XmppNames.StreamErrors + "text")?.Value}");
    }

    private async Task<XElement> ReadElementAsync(CancellationToken cancel)
    {
        while (true)
        {
            var part = await ReadPartAsync(cancel).ConfigureAwait(false);
            if (part.Stanza is not { } stanza) throw new XmppClientException("closed", "The server closed the stream.");

            try
            {
                return stanza.ToElement();
            }
            catch (XmppStreamException e)
            {
                if (Refused is null) throw NoXmpp(e.Condition, e);
                Refused(stanza.Bytes, e.Message);
            }
        }
    }

    private static XmppClientException NoXmpp(string condition, Exception e) => new(condition, "The server sent what is no XMPP: " + e.Message);

    public async Task WriteAsync(string text, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task WriteAsync(XElement element, CancellationToken cancel) => WriteAsync(XmlText.ToText(element), cancel);

    public async ValueTask DisposeAsync()
    {
        await _input.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _writing.Dispose();
    }

    private async Task<StreamPart> ReadPartAsync(CancellationToken cancel)
    {
        while (true)
        {
            var result = await _input.ReadAsync(cancel).ConfigureAwait(false);
            var buffer = result.Buffer;
            StreamPart part;
            bool isWhole;
            try
            {
                isWhole = _reader.TryRead(ref buffer, out part);
            }
            catch (XmppStreamException e)
            {
                IsBroken = _reader.Refused is null;
                if (_reader.Refused is not { } whole || Refused is not { } tell) throw NoXmpp(e.Condition, e);

                _input.AdvanceTo(buffer.Start);
                tell(whole, e.Message);
                continue;
            }

            _input.AdvanceTo(buffer.Start, isWhole ? buffer.Start : buffer.End);
            if (isWhole) return part;
            if (result.IsCompleted) throw new XmppClientException("closed", "The server closed the connection.");
        }
    }
}
