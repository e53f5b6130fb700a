using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

using Edge.Things;
using Edge.Transport;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.Components;

/// <summary>A component's connection (XEP-0114): the handshake, then stanzas from any address at its domain and to it.</summary>
internal sealed class ComponentSession(ComponentHost host, ConnectionPass pass, IDuplexPipe transport) : IHeartbeatHandler, IDisposable
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(3);

    private readonly ComponentStream _stream = new(transport, host.Options, host.Clock);
    private readonly Outbox<ReadOnlyMemory<byte>> _outbox = new(new(host.Options.OutboxStanzas, host.Options.OutboxBytes));
    private readonly CancellationTokenSource _pumpStop = new();
    private readonly long _started = host.Clock.GetTimestamp();
    private Task<bool> _pump = Task.FromResult(true);
    private ComponentSource? _lastSource;
    private ComponentPlace? _place;
    private Ending? _ending;
    private string? _headerFor;
    private bool _hasHeader;
    private long _pinged;

    private sealed record Ending(EndReason Reason, string? Condition, string Text);

    /// <summary>Requests to services that are being worked on.</summary>
    public RequestChains Requests { get; } = new();

    /// <summary>Runs until the connection has ended. It does not throw.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (await SignInAsync(pass.Ended).ConfigureAwait(false) is { } place) await ServeAsync(place).ConfigureAwait(false);
            TryEnd(new(EndReason.Closed, null, "The component closed its stream."));
        }
        catch (Exception e)
        {
            TryEnd(Explain(e));
        }

        _place?.Leave(this);
        await SayGoodbyeAsync(_ending!).ConfigureAwait(false);
    }

    /// <summary>To be called when <see cref="RunAsync"/> is through.</summary>
    public void Dispose()
    {
        _stream.Release();
        _pumpStop.Dispose();
    }

    /// <summary>Hands a stanza over. A component that reads too slowly loses its connection, not the sender his time.</summary>
    public bool TryDeliver(ReadOnlyMemory<byte> stanza)
    {
        var bytes = ComponentStream.ForComponent(stanza);
        if (_outbox.TryPost(bytes, bytes.Length)) return true;

        End(EndReason.SlowConsumer, StreamErrors.PolicyViolation, "More waits for this component than xmpp:outboxStanzas or xmpp:outboxBytes allow.");
        return false;
    }

    public void End(EndReason reason, string condition, string text) => TryEnd(new(reason, condition, text));

    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        var options = host.Options;
        if (_place is null)
        {
            if (host.Clock.GetElapsedTime(_started, timestamp).TotalSeconds >= options.LoginSeconds)
                End(EndReason.HandshakeTimeout, StreamErrors.ConnectionTimeout, $"Not signed in within {options.LoginSeconds} s (xmpp:loginSeconds).");
            return;
        }

        var last = _stream.LastReceived;
        var idle = host.Clock.GetElapsedTime(last, timestamp).TotalSeconds;
        if (idle >= options.IdleSeconds)
        {
            End(EndReason.KeepAliveTimeout, StreamErrors.ConnectionTimeout, $"Nothing came for {options.IdleSeconds} s (xmpp:idleSeconds).");
        }
        else if (idle >= options.PingAfterSeconds && _pinged < last)
        {
            _pinged = timestamp;
            TryDeliver(Replies.IqRequest("keep-alive", host.Domain.Jid, Jid.Parse(_place.Domain), IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping"))));
        }
    }

    /// <returns>Null where the component closed its stream before.</returns>
    private async Task<ComponentPlace?> SignInAsync(CancellationToken cancel)
    {
        var part = await _stream.ReadAsync(cancel).ConfigureAwait(false);
        if (part.Header is not { } header) throw new XmppStreamException(StreamErrors.BadFormat, "There is no stream.");

        _headerFor = header.To?.ToLowerInvariant();
        var place = _headerFor is null ? null : host.Table.Find(_headerFor);
        await _stream.WriteAsync(_stream.Header(_headerFor), cancel).ConfigureAwait(false);
        _hasHeader = true;
        if (place is null) throw new XmppStreamException(StreamErrors.HostUnknown, "No component of this name is expected here (xmpp:components).");

        pass.Client = place.Domain;
        part = await _stream.ReadAsync(cancel).ConfigureAwait(false);
        if (part.IsEnd) return null;
        if (part.Stanza is not { Name: "handshake", Namespace: XmppNames.ClientNamespace } handshake)
            throw Find(part) ?? (Exception)new XmppStreamException(StreamErrors.NotAuthorized, "Sign in with a handshake first.");
        if (!IsRight(handshake.ToElement().Value.Trim(), place)) throw new XmppStreamException(StreamErrors.NotAuthorized, "The handshake is wrong: compare the secrets.");

        _stream.Trust();
        return place;
    }

    private bool IsRight(string handshake, ComponentPlace place)
    {
        if (place.Options.ReadSecret() is not { } secret) return false;

        var right = ComponentHandshake.Of(_stream.Id, secret);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(right), Encoding.UTF8.GetBytes(handshake));
    }

    private async Task ServeAsync(ComponentPlace place)
    {
        // The answer goes out in front of whatever others send as soon as the place is taken.
        _outbox.TryPost("<handshake/>"u8.ToArray(), 0);
        // It has proved who it is: a connection of before is a dead one of its own, or a second copy of it that must not share its stanzas.
        _place = place;
        place.Take(this)?.End(EndReason.TakenOver, StreamErrors.Conflict, "The same component signed in again.");
        _pump = _outbox.PumpAsync(_stream.Output, static (in bytes, output) => output.Write(bytes.Span), _pumpStop.Token);
        _ = EndWithPumpAsync();
        while (true)
        {
            var part = await _stream.ReadAsync(pass.Ended).ConfigureAwait(false);
            if (part.IsEnd) return;
            if (part.Stanza is not { Kind: not StanzaKind.Other } stanza)
                throw Find(part) ?? (Exception)new XmppStreamException(StreamErrors.UnsupportedStanzaType, "Only message, presence and iq are known here.");

            await RouteAsync(place, stanza).ConfigureAwait(false);
        }
    }

    private static PeerStreamException? Find(StreamPart part) => part.Stanza is { } element ? PeerStreamException.Find(element) : null;

    /// <summary>XEP-0114 §3: both addresses, and the sender at the component's own domain.</summary>
    private ValueTask RouteAsync(ComponentPlace place, Stanza stanza)
    {
        if (stanza.From is not { } from || !stanza.HasTo) throw new XmppStreamException(StreamErrors.ImproperAddressing, "A stanza names no sender, or no recipient.");

        if (_lastSource?.Text != from)
        {
            if (!Jid.TryParse(from, out var jid) || jid.Domain != place.Domain)
                throw new XmppStreamException(StreamErrors.InvalidFrom, "A stanza names a sender that is not at this component's domain.");
            _lastSource = new(this, jid, from);
        }

        stanza = DelayStamp.WithoutForged(stanza, host.Domain.Name);
        if (Jid.TryParse(XmlTokens.Decode(stanza.ToBytes), out var to)) return host.Router.RouteAsync(_lastSource, stanza, to, pass.Ended);

        StanzaRouter.Refuse(_lastSource, stanza, null, new("modify", "jid-malformed"));
        return ValueTask.CompletedTask;
    }

    private async Task EndWithPumpAsync()
    {
        await ((Task)_pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TryEnd(new(EndReason.PeerGone, null, "The component reads no more."));
    }

    private void TryEnd(Ending ending)
    {
        if (Interlocked.CompareExchange(ref _ending, ending, null) is null) pass.TryEnd(ending.Reason, ending.Text);
    }

    private Ending Explain(Exception e)
    {
        switch (e)
        {
            case XmppStreamException broken:
                var reason = broken.Condition switch
                {
                    StreamErrors.PolicyViolation => EndReason.LimitExceeded,
                    StreamErrors.NotAuthorized or StreamErrors.HostUnknown => EndReason.Refused,
                    StreamErrors.InvalidFrom => EndReason.Forbidden,
                    _ => EndReason.ProtocolError,
                };
                return new(reason, broken.Condition, broken.Message);
            case PeerStreamException told:
                return new(EndReason.Closed, null, told.Message);
            case EndOfStreamException or IOException or OperationCanceledException or Microsoft.AspNetCore.Connections.ConnectionAbortedException:
                return new(EndReason.PeerGone, null, e.Message);
            default:
                host.LogBug(e, pass.Client);
                return new(EndReason.InternalError, StreamErrors.InternalServerError, "The server failed; this is in its log.");
        }
    }

    /// <summary>Writes what still waits, the error, and the end of the stream; not to a component that has gone, or does not read.</summary>
    private async Task SayGoodbyeAsync(Ending ending)
    {
        try
        {
            if (ending.Reason is EndReason.PeerGone or EndReason.SlowConsumer) await _pumpStop.CancelAsync().ConfigureAwait(false);
            else if (_place is null) await WriteLastAsync(ending).ConfigureAwait(false);
            else _outbox.TryPost(Encoding.UTF8.GetBytes(LastWords(ending)), 0);

            _outbox.Complete();
            await ((Task)_pump).WaitAsync(GoodbyeTime, host.Clock).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            // The peer is gone before the goodbye; the reason of the end stands.
        }

        await _pumpStop.CancelAsync().ConfigureAwait(false);
        await ((Task)_pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteLastAsync(Ending ending)
    {
        using var time = new CancellationTokenSource(GoodbyeTime, host.Clock);
        await _stream.WriteAsync(LastWords(ending), time.Token).ConfigureAwait(false);
    }

    private string LastWords(Ending ending)
    {
        if (ending.Condition is null) return _hasHeader ? StreamText.End : "";

        // RFC 6120 §4.9.1.2: an error is never the first thing on a stream.
        return (_hasHeader ? "" : _stream.Header(_headerFor)) + XmlText.ToText(new StreamFault(ending.Condition, ending.Text).ToElement()) + StreamText.End;
    }
}

/// <summary>An address at a component's domain, as a sender.</summary>
internal sealed class ComponentSource(ComponentSession session, Jid jid, string text) : IStanzaSource
{
    private readonly byte[] _stamp = XmlText.Attribute("from", jid.ToString());
    private readonly bool _isWrittenOtherwise = text != jid.ToString();

    public Jid Jid { get; } = jid;

    public Jid Bare { get; } = jid.Bare;

    /// <summary>The address as the component writes it: most of its stanzas come from the same.</summary>
    public string Text { get; } = text;

    public RequestChains? Requests => session.Requests;

    /// <summary>A component's requests to a service wait for those of the same sender only.</summary>
    public string TurnsAt(string host) => $"{host} {Jid}";

    /// <summary>With the address in the one form that everybody compares (RFC 7622 §3).</summary>
    public ReadOnlyMemory<byte> Stamped(Stanza stanza) => stanza.UsesStreamScope || _isWrittenOtherwise ? stanza.Stamp(_stamp, default) : stanza.Bytes;

    public bool TryDeliver(ReadOnlyMemory<byte> stanza) => session.TryDeliver(stanza);
}
