using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Client;

/// <summary>
/// A small XMPP client: TCP, STARTTLS, SCRAM, binding, stanzas as trees. For the demo's visitor, for tests and for benchmarks; what a
/// person's client would do beyond that (reconnecting, caching) is left out on purpose.
/// </summary>
public sealed class XmppClient : IAsyncDisposable
{
    private const int MostUnread = 10_000; // who does not read loses the oldest, not the memory

    private readonly ClientConnection _connection;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private readonly Channel<XElement> _incoming = Channel.CreateBounded<XElement>(
        new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private long _lastId;
    private int _isDisposed;

    private XmppClient(ClientConnection connection, Jid address, TimeProvider clock)
    {
        (_connection, Address, _clock) = (connection, address, clock);
        _reading = ReadAsync();
    }

    /// <summary>The full address that the server gave.</summary>
    public Jid Address { get; }

    /// <summary>True where TLS protects the connection.</summary>
    public bool IsEncrypted => _connection.IsEncrypted;

    /// <summary>Messages, presence, and requests of others, in order; completed when the connection ends, with the reason where there is one.
    /// Requests are for the caller to answer (<see cref="AnswerAsync"/>), except pings, which are answered here.</summary>
    public ChannelReader<XElement> Incoming => _incoming.Reader;

    /// <summary>Connects, signs in and binds. No presence is sent yet: <see cref="SendPresenceAsync"/>.</summary>
    /// <exception cref="XmppClientException">The server refused; the condition says why, <c>not-authorized</c> for a wrong password.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The server's certificate is not trusted.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody listens there.</exception>
    public static async Task<XmppClient> ConnectAsync(XmppClientOptions options, TimeProvider clock, CancellationToken cancel = default)
    {
        using var time = new CancellationTokenSource(options.LoginTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancel);
        try
        {
            var stream = await ClientConnection.OpenAsync(options.Host, options.Port, either.Token).ConfigureAwait(false);
            return await ConnectAsync(stream, options, clock, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new XmppClientException("connection-timeout", $"Not signed in within {options.LoginTimeout.TotalSeconds:0} s.");
        }
    }

    /// <summary>As above, over any stream, which it takes over.</summary>
    internal static async Task<XmppClient> ConnectAsync(Stream stream, XmppClientOptions options, TimeProvider clock, CancellationToken cancel)
    {
        var connection = new ClientConnection(stream);
        try
        {
            return new(connection, await new ClientLogin(connection, options).RunAsync(cancel).ConfigureAwait(false), clock);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a stanza as it is. Elements without a namespace are taken for <c>jabber:client</c>.</summary>
    public Task SendAsync(XElement stanza, CancellationToken cancel = default) => _connection.WriteAsync(StanzaNames.Outgoing(stanza), cancel);

    /// <summary>Says that the client is online.</summary>
    public Task SendPresenceAsync(CancellationToken cancel = default) => SendAsync(new XElement("presence"), cancel);

    /// <summary>Sends a message with a body.</summary>
    public Task SendMessageAsync(Jid to, string body, CancellationToken cancel = default) => SendAsync(
        new XElement("message", new XAttribute("to", to.ToString()), new XAttribute("type", "chat"), new XElement("body", body)), cancel);

    /// <summary>Sends an iq request and waits for the answer.</summary>
    /// <param name="to">The recipient; null asks the own account.</param>
    /// <param name="type">Get or set.</param>
    /// <param name="payload">The request's child.</param>
    /// <param name="timeout">30 s where it is not given; then the result is <c>remote-server-timeout</c>.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public async Task<IqResult> RequestAsync(Jid? to, IqType type, XElement payload, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        // Others cannot answer for whom is asked: ids are not to be guessed, and the sender is compared as well.
        var id = string.Create(CultureInfo.InvariantCulture, $"c{Interlocked.Increment(ref _lastId)}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        var answer = new TaskCompletionSource<XElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = new(to, answer);
        try
        {
            var iq = new XElement("iq", new XAttribute("type", type == IqType.Set ? "set" : "get"), new XAttribute("id", id), payload);
            if (to is not null) iq.SetAttributeValue("to", to.ToString());
            await SendAsync(iq, cancel).ConfigureAwait(false);
            var stanza = await answer.Task.WaitAsync(timeout ?? TimeSpan.FromSeconds(30), _clock, cancel).ConfigureAwait(false);
            var content = stanza.Elements().FirstOrDefault(e => e.Name != XmppNames.Client + "error");
            return new(content, (string?)stanza.Attribute("type") == "error" ? Replies.ReadError(stanza) : null);
        }
        catch (TimeoutException)
        {
            return StanzaError.RemoteServerTimeout;
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Answers a request that came in.</summary>
    public Task AnswerAsync(XElement request, IqResult result, CancellationToken cancel = default)
    {
        var from = (string?)request.Attribute("from");
        var to = Jid.TryParse(from, out var jid) ? jid : Address.Bare;
        var bytes = Replies.Iq((string?)request.Attribute("id") ?? "", Address, to, result);
        return _connection.WriteAsync(System.Text.Encoding.UTF8.GetString(bytes), cancel);
    }

    /// <summary>Closes the stream and the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;

        try
        {
            using var time = new CancellationTokenSource(TimeSpan.FromSeconds(2), _clock);
            await _connection.WriteAsync("</stream:stream>", time.Token).ConfigureAwait(false);
            await _reading.WaitAsync(time.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is gone already.
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        Exception? reason = null;
        try
        {
            while (true) await TakeAsync(await _connection.ReadAsync(_stop.Token).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is XmppClientException or IOException or OperationCanceledException)
        {
            reason = e is XmppClientException { Condition: not "closed" } ? e : null;
        }
        finally
        {
            _incoming.Writer.TryComplete(reason);
            foreach (var (_, waiting) in _waiting) waiting.Answer.TrySetException(reason ?? new XmppClientException("closed", "The connection ended."));
        }
    }

    private async ValueTask TakeAsync(XElement stanza)
    {
        var type = (string?)stanza.Attribute("type");
        if (stanza.Name == XmppNames.Client + "iq")
        {
            if (type is "result" or "error")
            {
                if ((string?)stanza.Attribute("id") is { } id && _waiting.TryGetValue(id, out var waiting) && IsFrom(stanza, waiting.To)) waiting.Answer.TrySetResult(stanza);
                return;
            }

            if (type == "get" && stanza.Element(XName.Get("ping", "urn:xmpp:ping")) is not null)
            {
                await AnswerAsync(stanza, IqResult.Empty, _stop.Token).ConfigureAwait(false);
                return;
            }
        }

        _incoming.Writer.TryWrite(stanza);
    }

    /// <summary>RFC 6120 §8.1.2.1: what names nobody comes from the account's own server, which also answers what was sent to nobody.</summary>
    private bool IsFrom(XElement stanza, Jid? asked)
    {
        if ((string?)stanza.Attribute("from") is not { } text) return asked is null || asked == Address.Bare || IsServer(asked);
        if (!Jid.TryParse(text, out var from)) return false;
        return from == asked || (asked is null && (from.Bare == Address.Bare || IsServer(from)));
    }

    private bool IsServer(Jid jid) => jid.Local.Length == 0 && jid.Domain == Address.Domain;

    private sealed record Waiting(Jid? To, TaskCompletionSource<XElement> Answer);
}
