using System.Threading.Channels;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.External;

/// <summary>A connection to the other server that is signed in: stanzas out in order, stanzas in, and a look at whether it is still there.</summary>
/// <param name="connection">The connection, taken over.</param>
/// <param name="address">The address that stanzas come from.</param>
/// <param name="stream">What is counted for resumption; of a component, nothing.</param>
/// <param name="limits">How long to wait, and how much may.</param>
/// <param name="clock">The clock.</param>
internal sealed class LinkSession(ClientConnection connection, Jid address, ResumableStream stream, LinkLimits limits, TimeProvider clock) : IAsyncDisposable
{
    private const int AcknowledgeEvery = 20; // stanzas; then the server is asked how many it got

    private readonly Channel<XElement> _outbox = Channel.CreateBounded<XElement>(new BoundedChannelOptions(limits.MaxQueued) { SingleReader = true });
    private readonly TaskCompletionSource _overflow = new(TaskCreationOptions.RunContinuationsAsynchronously); // a write may hang as long as the server does not read
    private readonly Lock _sending = new();
    private long _lastReceived = clock.GetTimestamp();
    private int _sinceAsked;

    /// <summary>The full address of a client, the address of a component.</summary>
    public Jid Address { get; } = address;

    /// <summary>Hands a stanza over; it never waits.</summary>
    /// <returns>False where too much waits, or the connection has ended.</returns>
    public bool TrySend(XElement stanza)
    {
        lock (_sending)
        {
            if (stream.Unacknowledged >= limits.MaxQueued || !_outbox.Writer.TryWrite(stanza))
            {
                var fault = new XmppClientException("policy-violation", "The server takes nothing: too much waits for it (xmpp:external:maxQueuedStanzas).");
                _outbox.Writer.TryComplete(fault);
                _overflow.TrySetException(fault);
                return false;
            }

            stream.Sent(stanza);
            return true;
        }
    }

    /// <summary>True where another stanza may be sent.</summary>
    public bool HasRoom => stream.Unacknowledged < limits.MaxQueued && _outbox.Reader.Count < limits.MaxQueued;

    /// <summary>Sends again what was lost with the former connection: it is counted already where the stream was resumed.</summary>
    public bool TrySendAgain(XElement stanza) => _outbox.Writer.TryWrite(stanza);

    /// <summary>Runs until the connection ends, and throws why.</summary>
    /// <param name="take">Takes a stanza, in its namespace <c>jabber:client</c>; it returns at once.</param>
    /// <param name="refused">Told why a stanza was left out that nobody can read.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(Action<XElement> take, Action<string> refused, CancellationToken cancel)
    {
        connection.Refused = (element, why) =>
        {
            refused(why);
            if (StanzaNames.IsStanza(element.Span)) stream.Received(); // or it would come again at each resumption
        };

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] all = [ReadAsync(take, ending.Token), WriteAsync(ending.Token), WatchAsync(ending.Token)];
        var first = await Task.WhenAny([.. all, _overflow.Task]).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        _outbox.Writer.TryComplete();
        foreach (var task in all) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connection.IsBroken) stream.GiveUp(); // the same would come again
        await first.ConfigureAwait(false);
    }

    /// <summary>Says goodbye: the server need not keep the stream.</summary>
    public Task CloseAsync(CancellationToken cancel) => connection.WriteAsync("</stream:stream>", cancel);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task ReadAsync(Action<XElement> take, CancellationToken cancel)
    {
        while (true)
        {
            var element = await connection.ReadAsync(cancel).ConfigureAwait(false);
            Interlocked.Exchange(ref _lastReceived, clock.GetTimestamp());
            if (element.Name == ResumableStream.Namespace + "r") _outbox.Writer.TryWrite(stream.Answer());
            else if (element.Name == ResumableStream.Namespace + "a") stream.Acknowledge(ResumableStream.CountOf(element));
            else if (element.Name.LocalName is "message" or "presence" or "iq")
            {
                stream.Received(); // whatever becomes of it: it does not come again
                take(StanzaNames.FromComponent(element));
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        await foreach (var element in _outbox.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            await connection.WriteAsync(element, cancel).ConfigureAwait(false);
            if (!stream.IsOn || element.Name.Namespace == ResumableStream.Namespace || ++_sinceAsked < AcknowledgeEvery) continue;

            _sinceAsked = 0;
            await connection.WriteAsync(new XElement(ResumableStream.Namespace + "r"), cancel).ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(limits.Ping, clock);
        while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
        {
            var silence = clock.GetElapsedTime(Interlocked.Read(ref _lastReceived));
            if (silence >= limits.Ping * 2) throw new XmppClientException("connection-timeout", $"The server has been silent for {silence.TotalSeconds:0} s (xmpp:external:pingSeconds).");

            // Stanzas that nobody asked about are acknowledged now; a silent server answers, or is gone.
            if (stream.IsOn) _outbox.Writer.TryWrite(new XElement(ResumableStream.Namespace + "r"));
            else if (silence >= limits.Ping) _outbox.Writer.TryWrite(Ping());
        }
    }

    private XElement Ping() => new(
        XmppNames.Client + "iq", new XAttribute("type", "get"), new XAttribute("id", "keep-alive"), new XAttribute("from", Address.ToString()),
        new XAttribute("to", limits.Domain), new XElement(XName.Get("ping", "urn:xmpp:ping")));
}

/// <summary>What a connection keeps to.</summary>
/// <param name="Domain">Of the other server.</param>
/// <param name="MaxQueued">Stanzas that may wait.</param>
/// <param name="Ping">After so long a silence it is asked whether it is there.</param>
internal sealed record LinkLimits(string Domain, int MaxQueued, TimeSpan Ping);
